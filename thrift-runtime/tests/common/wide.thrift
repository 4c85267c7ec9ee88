struct Small { 1: i64 a, 2: i64 b, 3: i64 c, 4: i64 d, 5: i64 e, 6: i64 f, 7: i64 g, 8: i64 h }

struct Medium { 1: Small a, 2: Small b, 3: Small c, 4: Small d, 5: Small e, 6: Small f, 7: Small g, 8: Small h }

struct Wide { 1: Medium a, 2: Medium b, 3: Medium c, 4: Medium d }

service WideService {
    void take(1: Wide wide)
}
