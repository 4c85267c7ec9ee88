package "meta.com/example"
