struct Mail { 1: string text }
exception Missing { 1: string message }
service Desk {
    Mail take(1: string who) throws (1: Missing Missing)
    oneway void log(1: string line)
}
