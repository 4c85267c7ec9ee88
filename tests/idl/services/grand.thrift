exception Denied { 1: string reason }
struct Visit { 1: string by, 2: list<string> path }

service Grand {
    string ping(1: string text),
    Visit visit(1: Visit visit) throws (1: Denied denied),
    oneway void note(1: string text),
}
service Empty {}
