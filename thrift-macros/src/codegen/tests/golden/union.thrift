/** What was measured. */
union Reading {
    /** In degrees Celsius. */
    1: double temperature
    2: string remark
}
