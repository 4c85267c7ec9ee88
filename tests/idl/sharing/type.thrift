service Sorter { i32 sort() }
