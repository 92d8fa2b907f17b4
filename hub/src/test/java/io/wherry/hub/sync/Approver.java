package io.wherry.hub.sync;

import io.wherry.contract.Dsse;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Envelope;
import io.wherry.hub.fleet.TestDevice;
import io.wherry.hub.release.WaitingRelease;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Somebody with a key that the hub never sees. */
record Approver(KeyPair keys) {
    static Approver create() {
        return new Approver(TestDevice.create().keys());
    }

    EcdsaSigner signer() {
        return EcdsaSigner.of(keys);
    }

    String keyId() {
        return signer().keyId();
    }

    /** The release with the signatures of these, in order. */
    static Envelope sign(WaitingRelease waiting, Approver... approvers) {
        return sign(waiting.payload(), approvers);
    }

    static Envelope sign(byte[] payload, Approver... approvers) {
        List<Envelope.Signature> signatures = new ArrayList<>();
        Arrays.stream(approvers)
                .forEach(approver -> signatures.addAll(
                        Envelope.sign(payload, approver.signer()).signatures()));
        return new Envelope(Dsse.PAYLOAD_TYPE, payload, signatures);
    }
}
