package io.wherry.hub.sync;

import io.wherry.contract.json.Json;
import io.wherry.hub.sync.ModelDiff.FieldChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What of a change to a cluster no rollback undoes, said before it is made: data that goes with a definition, versions in which objects are stored, claims that
 * grow, and what hooks do. Pure.
 */
final class NotUndone {
    private static final String CLAIM = "PersistentVolumeClaim/";
    private static final String VOLUME = "PersistentVolume/";
    private static final String DEFINITION = "CustomResourceDefinition.apiextensions.k8s.io/";
    private static final String NAMESPACE = "Namespace/";
    private static final String HOOK = "hook ";
    private static final Pattern VERSION = Pattern.compile("spec\\.versions(\\[.*)?|spec\\.versions\\[.*");

    private NotUndone() {}

    /**
     * One sentence for each, by name.
     *
     * @param wanted the model that would be applied
     */
    static List<String> of(ModelDiff diff, Json.Obj wanted) {
        List<String> notes = new ArrayList<>();
        diff.removed().forEach(object -> removed(object).ifPresent(notes::add));
        diff.changed().forEach((object, fields) -> changed(object, fields).ifPresent(notes::add));
        if (!diff.isEmpty()) {
            wanted.objects("hooks").forEach(hook -> hook(hook).ifPresent(notes::add));
        }
        return notes;
    }

    private static Optional<String> removed(String object) {
        if (object.startsWith(CLAIM) || object.startsWith(VOLUME)) {
            return Optional.of(
                    object
                            + " is no longer declared and stays with its data; once a person has deleted it, no rollback brings the data back");
        }
        if (object.startsWith(DEFINITION)) {
            return Optional.of(
                    object
                            + " goes, if no objects of its kind but this stack's are left: a rollback makes definition and objects anew, and what controllers had stored in them is lost");
        }
        if (object.startsWith(NAMESPACE)) {
            return Optional.of(object
                    + " goes, if nothing of others is in it: what was made in it since is not made anew by a rollback");
        }
        return Optional.empty();
    }

    private static Optional<String> changed(String object, List<FieldChange> fields) {
        if (object.startsWith(DEFINITION)
                && fields.stream()
                        .anyMatch(change -> VERSION.matcher(change.field()).matches())) {
            return Optional.of(
                    object
                            + " changes its versions: objects that the cluster stores in a new one stay in it, and a rollback to a definition without it is refused or loses their fields");
        }
        return object.startsWith(CLAIM) || object.startsWith("StatefulSet.apps/")
                ? fields.stream()
                        .filter(change -> change.field().endsWith("resources.requests.storage"))
                        .findFirst()
                        .map(change -> object + " asks for " + change.after().orElse("nothing") + " in the place of "
                                + change.before().orElse("nothing")
                                + " of storage: a claim grows and does not become smaller again")
                : Optional.empty();
    }

    private static Optional<String> hook(Json.Obj hook) {
        List<String> events = hook.strings("events").stream()
                .filter(event -> event.endsWith("-install") || event.endsWith("-upgrade"))
                .toList();
        Json.Obj object = hook.object("object");
        return events.isEmpty() || !object.findString("kind").orElse("").matches("Job|Pod")
                ? Optional.empty()
                : Optional.of(HOOK + object.findString("kind").orElse("") + " "
                        + object.findObject("metadata")
                                .flatMap(m -> m.findString("name"))
                                .orElse("") + " may run ("
                        + String.join(", ", events)
                        + "): what it changes outside of the stack's objects no rollback undoes");
    }
}
