internal import GraftFiles
internal import GraftTensors

extension PickleVocabulary {
    /// The names that PyTorch's files of weights have: storages, tensors, element types, `OrderedDict`.
    static let pyTorch: PickleVocabulary = {
        var meanings: [String: Meaning] = [
            "collections.OrderedDict": .function(makeOrderedDictionary),
            "collections.defaultdict": .function(makeDefaultDictionary),
            "torch.Size": .function(makeSize),
            "torch.device": .function(makeDevice),
            "torch._utils._rebuild_tensor": .function(rebuildTensor),
            "torch._utils._rebuild_tensor_v2": .function(rebuildTensor),
            "torch._utils._rebuild_tensor_v3": .function(rebuildTensor),
            "torch._utils._rebuild_parameter": .function(rebuildParameter),
            "torch._utils._rebuild_parameter_with_state": .function(rebuildParameter),
            "torch._tensor._rebuild_from_type_v2": .function(rebuildSubclass),
            "torch.storage.UntypedStorage": .object(.storageType(nil)),
        ]
        for module in ["torch", "torch.cuda"] {
            for (name, elementType) in storageTypes {
                meanings["\(module).\(name)Storage"] = .object(.storageType(elementType))
            }
            for name in [
                "ComplexFloat", "ComplexDouble", "QUInt8", "QInt8", "QInt32", "QUInt4x2", "QUInt2x4",
            ] {
                meanings["\(module).\(name)Storage"] = .unsupportedElementType
            }
        }
        for elementType in ElementType.allCases {
            meanings["torch.\(elementType)"] = .object(.elementType(elementType))
        }
        for name in [
            "uint16", "uint32", "uint64", "complex32", "complex64", "complex128", "float8_e4m3fn",
            "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu", "float4_e2m1fn_x2",
            "quint8",
            "qint8", "qint32",
        ] {
            meanings["torch.\(name)"] = .unsupportedElementType
        }
        var vocabulary = PickleVocabulary(meanings: meanings, persistentObject: findStorage)
        // Training scripts put their arguments and scores beside the weights.
        vocabulary.toleratesUnknownNames = true
        return vocabulary
    }()

    private static let storageTypes: [(String, ElementType)] = [
        ("Double", .float64), ("Float", .float32), ("Half", .float16), ("BFloat16", .bfloat16),
        ("Long", .int64), ("Int", .int32), ("Short", .int16), ("Char", .int8), ("Byte", .uint8),
        ("Bool", .bool),
    ]

    /// `OrderedDict()`, or, from Python 2, `OrderedDict([[key, value], ...])`.
    static let makeOrderedDictionary: Function = { (heap, arguments) throws(WeightFileError) in
        var elements: [PickleValue] = []
        if let items = arguments.first {
            guard arguments.count == 1, let items = heap.list(items) else {
                throw .damaged(heap.subject, "has an OrderedDict made of what is no list")
            }
            for item in items {
                guard let pair = heap.list(item) ?? heap.tuple(item), pair.count == 2 else {
                    throw .damaged(heap.subject, "has an OrderedDict with an item that is no pair")
                }
                elements += pair
            }
        }
        return try heap.make(.dictionary, elements)
    }

    /// `defaultdict(factory)`: a dictionary; the factory is not called.
    private static let makeDefaultDictionary: Function = { (heap, _) throws(WeightFileError) in
        try heap.make(.dictionary)
    }

    private static let makeSize: Function = { (heap, arguments) throws(WeightFileError) in
        guard arguments.count == 1, heap.tuple(arguments[0]) != nil || heap.list(arguments[0]) != nil else {
            throw .damaged(heap.subject, "has a torch.Size made of what is no tuple")
        }
        return arguments[0]
    }

    /// Where a tensor was when it was saved, which has no meaning here.
    private static let makeDevice: Function = { (_, _) throws(WeightFileError) in .none }

    /// `('storage', class, key, location, count)`; the legacy format adds a view: `None` or `(key, offset,
    /// count)`.
    private static let findStorage: Function = { (heap, arguments) throws(WeightFileError) in
        guard let parts = heap.tuple(arguments[0]), parts.count == 5 || parts.count == 6,
            parts[0].string == "storage", case .global(let name) = parts[1],
            case .object(.storageType(let elementType)) = PickleVocabulary.pyTorch.meanings[name],
            let key = parts[2].string, let count = parts[4].integer
        else { throw .damaged(heap.subject, "refers to something that is no storage of a tensor") }
        if parts.count == 6, case .none = parts[5] {
        } else if parts.count == 6 {
            throw WeightFileError(
                .unsupported,
                Problem(
                    heap.subject,
                    found: "has a storage that is part of another, as PyTorch before 0.4 wrote it",
                    remedy: "Load it with PyTorch and save it again"))
        }
        return try heap.make(
            .object(.storage(StorageReference(key: key, elementType: elementType, count: count))))
    }

    /// `(storage, offset, sizes, strides)`, and for version 2 and 3 what a plain tensor does not need.
    ///
    /// Version 3 has the element type as its seventh argument, since its storage has none.
    private static let rebuildTensor: Function = { (heap, arguments) throws(WeightFileError) in
        guard arguments.count >= 4, case .storage(let storage) = heap.object(arguments[0]),
            let offset = arguments[1].integer, let sizes = heap.integers(arguments[2], atMost: 64),
            let strides = heap.integers(arguments[3], atMost: 64)
        else { throw .damaged(heap.subject, "has a tensor that is not described as PyTorch does it") }
        var elementType = storage.elementType
        if arguments.count >= 7, case .global(let name) = arguments[6],
            case .object(.elementType(let named)) = PickleVocabulary.pyTorch.meanings[name]
        {
            elementType = named
        }
        guard let elementType else {
            throw .damaged(heap.subject, "has a tensor without a type of its elements")
        }
        let view: StorageView
        do throws(StorageView.Impossible) {
            view = try StorageView(
                storage: storage, elementType: elementType, offset: offset, sizes: sizes, strides: strides)
        } catch {
            throw .damaged(heap.subject, "has a tensor of storage \(storage.key) that \(error.found)")
        }
        return try heap.make(.object(.tensor(view)))
    }

    /// `(function, class, arguments, state)`: the tensor that a known function makes, whatever its class. What is
    /// made otherwise is nothing.
    private static let rebuildSubclass: Function = { (heap, arguments) throws(WeightFileError) in
        let known = [
            "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2",
            "torch._utils._rebuild_tensor_v3",
        ]
        guard arguments.count >= 3, let inner = heap.tuple(arguments[2]) else {
            throw .damaged(heap.subject, "has a tensor that is not described as PyTorch does it")
        }
        guard case .global(let name) = arguments[0], known.contains(name) else {
            return try heap.make(.object(.unknown("torch._tensor._rebuild_from_type_v2")))
        }
        return try rebuildTensor(&heap, inner)
    }

    /// `(tensor, requires_grad, backward_hooks)`: the tensor itself.
    private static let rebuildParameter: Function = { (heap, arguments) throws(WeightFileError) in
        guard let tensor = arguments.first, case .tensor = heap.object(tensor) else {
            throw .damaged(heap.subject, "has a parameter that is no tensor")
        }
        return tensor
    }
}
