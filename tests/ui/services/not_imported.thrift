include "calls.thrift"

service Parent extends calls.Calls {
    void inherited()
}

service Child extends Parent {
    void own()
}
