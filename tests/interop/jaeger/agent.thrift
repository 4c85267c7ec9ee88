// The agent of Jaeger, as its clients reach it: over UDP, in the compact protocol.

include "jaeger.thrift"

service Agent {
    oneway void emitBatch(1: jaeger.Batch batch)
}
