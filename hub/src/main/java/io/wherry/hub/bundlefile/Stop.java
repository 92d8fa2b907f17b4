package io.wherry.hub.bundlefile;

/** Ends the preparation of a file with a reason. */
final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Export.Refused refused;

    Stop(ExportReason reason, String detail, String hint) {
        super(detail);
        this.refused = new Export.Refused(reason, detail, hint);
    }

    Export.Refused refused() {
        return refused;
    }
}
