const string ESCAPE = "C:\quux"
const string OPEN = "runs off the line
const string FINE = 'it\'s "fine"'
