internal import GraftCOneDNN
package import GraftFiles

/// oneDNN refused a call.
package struct OneDNNError: ExplainedError, Hashable {
    /// What is wrong, in the parts that every error of Graft has.
    package var problem: Problem

    init(_ status: dnnl_status_t, doing action: String) {
        let reason =
            switch status {
            case dnnl_out_of_memory: "there is not enough memory"
            case dnnl_invalid_arguments: "the arguments do not fit together"
            case dnnl_unimplemented: "this processor has no implementation of it"
            case dnnl_last_impl_reached: "no further implementation exists"
            case dnnl_runtime_error: "it failed while running"
            default: "status \(status.rawValue)"
            }
        problem = Problem("oneDNN", found: "could not \(action): \(reason)")
    }
}

/// Turns a status that is not success into an error.
func check(_ status: dnnl_status_t, _ action: @autoclosure () -> String) throws(OneDNNError) {
    if status != dnnl_success { throw OneDNNError(status, doing: action()) }
}

/// Calls a C function that makes a handle, and checks what it returned.
func makeHandle(
    _ action: @autoclosure () -> String, _ make: (UnsafeMutablePointer<OpaquePointer?>) -> dnnl_status_t
) throws(OneDNNError) -> OpaquePointer {
    var handle: OpaquePointer?
    let status = unsafe make(&handle)
    try check(status, action())
    guard let handle = unsafe handle else { throw OneDNNError(dnnl_runtime_error, doing: action()) }
    return unsafe handle
}
