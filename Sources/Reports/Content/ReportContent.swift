/// All that a report shows, as plain values: how a page looks is decided elsewhere, and so is what is true.
package struct ReportContent: Sendable, Codable {
    /// The name of the model.
    package var title: String
    /// Two sentences: what it is, how good it is and how sure that is.
    package var summary: String
    /// "top-1", "mAP" or "R²".
    package var scoreName: String
    /// The most important figures.
    package var figures: [Figure]
    /// The names of the classes, in the order of their positions; empty for numbers.
    package var classes: [String]
    /// How many pictures the figures are of.
    package var pictureCount: Int
    /// How many of them the model gets wrong, shown here or not; `nil` for numbers.
    package var mistakeCount: Int?
    /// The pictures that the model gets wrong, or is furthest off with; the worst first.
    package var mistakes: [Card]
    /// Pictures that are unlike all that the model was trained on.
    package var unlike: [Card]
    /// Cells that are not zero; empty where pictures are not of one class each.
    package var confusion: [ConfusionCell]
    /// What the model does on each class; empty for numbers.
    package var perClass: [ClassRow]
    /// How far off each number is; empty for classes.
    package var numbers: [NumberRow]
    /// How far shares can be believed; `nil` where it is not known.
    package var calibration: Calibration?
    /// The stages of training, in their order.
    package var stages: [Stage]
    /// What was trained on what, in which order.
    package var schedule: [Entry]
    /// What the owner of the data should know.
    package var notes: [Note]
    /// Versions, seeds, digests, processor: what is needed to run it again.
    package var provenance: [Entry]
    /// Commands that do it again, a line each.
    package var commands: [String]

    /// Creates it from its parts.
    package init(
        title: String, summary: String, scoreName: String, figures: [Figure] = [],
        classes: [String] = [], pictureCount: Int, mistakeCount: Int? = nil, mistakes: [Card] = [],
        unlike: [Card] = [], confusion: [ConfusionCell] = [], perClass: [ClassRow] = [],
        numbers: [NumberRow] = [], calibration: Calibration? = nil, stages: [Stage] = [],
        schedule: [Entry] = [], notes: [Note] = [], provenance: [Entry] = [],
        commands: [String] = []
    ) {
        self.title = title
        self.summary = summary
        self.scoreName = scoreName
        self.figures = figures
        self.classes = classes
        self.pictureCount = pictureCount
        self.mistakeCount = mistakeCount
        self.mistakes = mistakes
        self.unlike = unlike
        self.confusion = confusion
        self.perClass = perClass
        self.numbers = numbers
        self.calibration = calibration
        self.stages = stages
        self.schedule = schedule
        self.notes = notes
        self.provenance = provenance
        self.commands = commands
    }
}
