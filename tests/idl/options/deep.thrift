struct Zone { 1: string name }
