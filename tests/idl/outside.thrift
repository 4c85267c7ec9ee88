// Includes a file that lies beside it in no folder, but in one of `include_dirs`.
include "deep.thrift"
struct Land { 1: list<deep.Zone> zones }
