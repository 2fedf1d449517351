/// How pictures are changed at random so that a network sees more than there are.
///
/// Each picture draws its own change each time it is shown. Where nothing else is said a number is drawn
/// evenly between the greatest change one way and the greatest change the other way. Geometry is one
/// resampling, from the decoded picture straight to the network's input: crop, mirror, rotation, zoom, shift
/// and shear are one map, and what lies outside of the picture continues its edge. Colours are changed on the
/// input's levels from 0 to 255, before mean and scale.
///
/// Numbers that `check()` refuses are treated as the nearest possible ones, and those that are no numbers
/// as no change.
///
/// ```swift
/// var stage = Stage(name: "all", trainable: .all)
/// stage.augmentation.horizontalFlip = true
/// stage.augmentation.rotation = 10
/// ```
public struct Augmentation: Sendable, Hashable {
    /// Whether pictures are mirrored left to right, half of them.
    public var horizontalFlip = false
    /// Whether pictures are turned upside down (mirrored top to bottom), half of them.
    public var verticalFlip = false
    /// The greatest angle, in degrees from 0 to 180, by which a picture is turned around its centre, either
    /// way.
    public var rotation: Float = 0
    /// The greatest distance, as a share of the input's side from 0 to 1, by which a picture is moved, either
    /// way; drawn for each axis.
    public var shift: Float = 0
    /// The greatest change of the size, from 0 to 0.9: 0.2 shows a picture at 0.8 to 1.2 times its size.
    /// Proportions stay.
    public var zoom: Float = 0
    /// The greatest angle, in degrees from 0 to 80, by which upright lines lean, either way: torchvision's
    /// `RandomAffine(shear=)`.
    public var shear: Float = 0
    /// The least share of the picture's area, above 0 and at most 1, that a random part of it has; `nil` to
    /// keep the resize rule's part.
    ///
    /// torchvision's `RandomResizedCrop` (Szegedy et al., "Going deeper with convolutions", 2015): the area
    /// is drawn evenly, the proportions from 3:4 to 4:3 evenly by their logarithm, the place evenly.
    public var randomResizedCrop: Float?
    /// The greatest relative change of the brightness, from 0 to 1: levels times 1 - change to 1 + change, as
    /// in torchvision's `ColorJitter`, which also draws the order of the four colour changes.
    public var brightness: Float = 0
    /// The greatest relative change of the contrast, from 0 to 1: the distance of levels from the picture's
    /// mean grey.
    public var contrast: Float = 0
    /// The greatest relative change of the saturation, from 0 to 1: the distance of levels from the pixel's
    /// grey.
    public var saturation: Float = 0
    /// The greatest turn of the hue, as a share of the colour circle from 0 to 0.5.
    public var hue: Float = 0
    /// The probability, from 0 to 1, with which a random rectangle becomes the mean colour, 0 in the input.
    ///
    /// torchvision's `RandomErasing` (Zhong et al., "Random erasing data augmentation", 2017): 2 to 33 % of
    /// the area, proportions from 0.3 to 3.3 evenly by their logarithm.
    public var erasing: Float = 0
    /// Operations drawn from a fixed list; `nil` for none.
    public var randAugment: RandAugment?

    /// RandAugment (Cubuk et al., 2019) with torchvision's fourteen operations: identity, shear and shift
    /// along either axis, rotation, brightness, saturation, contrast, sharpness, posterize, solarize,
    /// automatic contrast, equalize.
    ///
    /// Geometric operations join the picture's one resampling, so that they come before those on colours.
    ///
    /// ```swift
    /// augmentation.randAugment = Augmentation.RandAugment(count: 2, magnitude: 5)
    /// ```
    public struct RandAugment: Sendable, Hashable, Codable {
        /// How many operations change each picture, 1 to 14; one may be drawn twice.
        package var count: Int
        /// The strength of all of them, from 0 to 10, where 10 is torchvision's strongest (its magnitude 30).
        package var magnitude: Float

        /// So many operations of this strength.
        public init(count: Int, magnitude: Float) {
            self.count = count
            self.magnitude = magnitude
        }
    }

    /// No change.
    public static let none = Augmentation()

    /// No change yet.
    public init() {}

    /// Whether pictures stay as they are.
    package var isNone: Bool { !changesGeometry && !changesColours && erasing == 0 }

    /// Whether pixels move, so that a box or mask would have to move with them.
    package var changesGeometry: Bool {
        horizontalFlip || verticalFlip || rotation != 0 || shift != 0 || zoom != 0 || shear != 0
            || randomResizedCrop != nil || randAugment != nil
    }

    /// The same without what moves pixels.
    package var withoutGeometry: Augmentation {
        var still = Augmentation()
        (still.brightness, still.contrast) = (brightness, contrast)
        (still.saturation, still.hue, still.erasing) = (saturation, hue, erasing)
        return still
    }

    /// Whether levels change.
    var changesColours: Bool {
        brightness != 0 || contrast != 0 || saturation != 0 || hue != 0 || randAugment != nil
    }
}
