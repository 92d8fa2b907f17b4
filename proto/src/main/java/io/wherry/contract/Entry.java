package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One stack's place in an assignment (docs/reference/bundle-format.md#entry).
 *
 * @param stack         the stack's uid: never reused, unlike its name
 * @param name          the stack's name, for people and for the project directory
 * @param generation    rises only when the stack shall be applied anew: 1, 2, 3 …
 * @param release       digest of the release's payload; also what takes a stack away needs one (a tombstone)
 * @param bundle        the content; absent exactly when the state is {@code ABSENT}
 * @param variables     values of late site variables; at most {@link Limits#VARIABLES}
 * @param sealedSecrets secrets for this agent alone; at most {@link Limits#SEALED_SECRETS}
 * @param registryLogins what an agent may show to registries when it pulls this stack's images: of each the value is a {@link RegistryLogin}; at most
 *                      {@link Limits#REGISTRY_LOGINS}. Other ones are no reason to apply anew
 * @param proof         that the bundle is one of the release's set; only where the release holds a set
 */
public record Entry(
        StackId stack,
        String name,
        long generation,
        State state,
        Digest release,
        Optional<BundleRef> bundle,
        SortedMap<String, String> variables,
        List<SealedSecret> sealedSecrets,
        List<SealedSecret> registryLogins,
        Optional<Proof> proof,
        EntryOptions options) {

    /** One without logins for registries. */
    public Entry(
            StackId stack,
            String name,
            long generation,
            State state,
            Digest release,
            Optional<BundleRef> bundle,
            SortedMap<String, String> variables,
            List<SealedSecret> sealedSecrets,
            Optional<Proof> proof,
            EntryOptions options) {
        this(stack, name, generation, state, release, bundle, variables, sealedSecrets, List.of(), proof, options);
    }

    /** Run it; leave it as it is and only watch; take it away. */
    public enum State {
        PRESENT,
        SUSPENDED,
        ABSENT
    }

    /** @throws IllegalArgumentException naming the field */
    public Entry {
        Check.name("name", name);
        Check.range("generation", generation, 1, Limits.INTEGER);
        Check.that(
                bundle.isPresent() == (state != State.ABSENT),
                "bundle",
                bundle,
                "one for present and suspended, none for absent");
        Check.that(proof.isEmpty() || bundle.isPresent(), "proof", "without a bundle", "a bundle to prove");
        Check.count("variables", variables.keySet(), Limits.VARIABLES);
        variables.forEach((variable, value) -> {
            Check.matches("variables", variable, SiteVariable.NAME, SiteVariable.NAME_EXPECTED);
            Check.text("variables." + variable, value, Limits.VARIABLE_CHARS);
        });
        variables = Collections.unmodifiableSortedMap(new TreeMap<>(variables));
        Check.count("sealedSecrets", sealedSecrets, Limits.SEALED_SECRETS);
        Check.distinct(
                "sealedSecrets", sealedSecrets.stream().map(SealedSecret::name).toList());
        sealedSecrets = List.copyOf(sealedSecrets);
        Check.count("registryLogins", registryLogins, Limits.REGISTRY_LOGINS);
        Check.distinct(
                "registryLogins",
                registryLogins.stream().map(SealedSecret::name).toList());
        registryLogins = List.copyOf(registryLogins);
        Check.that(!options.dependsOn().contains(stack), "dependsOn", stack, "other stacks");
    }

    /** As in an assignment; an agent keeps entries of its own accord too. */
    public Json toJson() {
        Json.Builder entry = Json.object()
                .put("stack", stack.value())
                .put("name", name)
                .put("generation", generation)
                .put("state", Codec.lower(state))
                .put("release", release.toString())
                .put("variables", variables)
                .put(
                        "sealedSecrets",
                        new Json.Arr(
                                sealedSecrets.stream().map(SealedSecret::toJson).toList()))
                .put("options", options.toJson());
        if (!registryLogins.isEmpty()) {
            entry.put(
                    "registryLogins",
                    new Json.Arr(
                            registryLogins.stream().map(SealedSecret::toJson).toList()));
        }
        bundle.ifPresent(b -> entry.put("bundle", b.toJson()));
        proof.ifPresent(p -> entry.put("proof", p.toJson()));
        return entry.build();
    }

    /** Reads what {@link #toJson} wrote. @throws RuntimeException {@link io.wherry.contract.json.JsonException} or {@link IllegalArgumentException}, naming the field */
    public static Entry parse(Json.Obj entry) {
        return new Entry(
                StackId.parse(entry.string("stack")),
                entry.string("name"),
                entry.integer("generation"),
                Codec.lower(State.class, entry, "state"),
                Codec.digest(entry, "release"),
                entry.findObject("bundle").map(BundleRef::parse),
                new TreeMap<>(entry.stringMap("variables")),
                entry.objects("sealedSecrets").stream().map(SealedSecret::parse).toList(),
                entry.objects("registryLogins").stream()
                        .map(SealedSecret::parse)
                        .toList(),
                entry.findObject("proof").map(Proof::parse),
                EntryOptions.parse(entry.object("options")));
    }
}
