/// The groups of samples that shares are drawn from, so that each part has the proportions of the whole.
///
/// A picture of one class belongs to that class's group. A picture of several classes belongs to the group of
/// the rarest of them, which is the one that a draw at random would most likely miss; of equally rare ones to
/// the first. Pictures without any class are one more group, and so are all pictures with numbers: they are
/// drawn at random.
struct Strata {
    /// The names of the groups, in the order of the classes; the last, of the pictures without a class, is
    /// empty.
    let names: [String]
    /// For each target the index of its group.
    let indices: [Int]

    init(_ targets: [Target], classes: [String]) {
        var counts = [Int](repeating: 0, count: classes.count)
        for target in targets { for label in target.classes { counts[label] += 1 } }
        names = classes + [""]
        indices = targets.map { target in
            target.classes.min { counts[$0] < counts[$1] } ?? classes.count
        }
    }
}
