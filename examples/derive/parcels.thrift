/** Where a parcel was, and when, in seconds since 1970. */
struct Event {
    1: required string place
    2: required i64 at
}

service Parcels {
    /** All that happened to a parcel, the latest last. */
    list<Event> track(1: i64 parcel)
}
