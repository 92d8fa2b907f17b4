package io.wherry.agent.runtime.kubernetes;

import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import java.util.List;

/** Which volume a claim holds. */
final class Claims {
    private Claims() {}

    /**
     * Whether it is a volume that is bound to a claim of somebody else. What a StatefulSet makes of its templates is a claim of its own, which stays when that
     * goes; a volume that is deleted then waits for it, and with it whatever waits for the volume.
     *
     * @param going what goes along, so that its claims need not be waited for
     */
    static boolean keeps(Json.Obj live, List<Declared> going) {
        if (!Fields.text(live, "kind").equals("PersistentVolume")
                || !Fields.text(live, "status", "phase").equals("Bound")) {
            return false;
        }
        Json.Obj claim = Fields.object(live, "spec", "claimRef");
        ObjectName name = new ObjectName(
                "PersistentVolumeClaim", "", Fields.text(claim, "namespace"), Fields.text(claim, "name"));
        return going.stream().noneMatch(one -> one.key().equals(name));
    }
}
