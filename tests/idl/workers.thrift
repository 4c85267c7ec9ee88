// Deep values in calls, and peers who know less of them.

include "depth.thrift"

service Echo {
    depth.Chain chain(1: depth.Chain value)
    depth.Expression expression(1: depth.Expression value)
    depth.Wide wide(1: depth.Wide value)
}

struct Nothing {}

// The same methods, of which this knows more arguments, and less of the results.
service Newer {
    Nothing chain(1: depth.Chain value, 77: depth.Chain chain, 78: depth.Expression expression)
    Nothing expression(77: depth.Expression value)
    Nothing wide(77: depth.Wide value)
}
