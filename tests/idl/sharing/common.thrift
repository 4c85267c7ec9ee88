include "deep_er.base.thrift"

struct Common { 1: deep_er.base.Base base }
