package upload

// permissionsUnknown is true where a file's mode says nothing about who may
// read it: Windows keeps access lists instead.
const permissionsUnknown = true

// isInvalid is what a file system says that cannot sync a folder: on Windows
// none can.
func isInvalid(error) bool { return true }
