struct Stamp {}
