package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.Deployment;
import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.contract.json.JsonReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** Deployments for tests, from JSON with single quotes. */
final class Models {
    static final String OWNER = "domain/agent";
    static final String PROJECT = "p";

    private Models() {}

    static Wanted wanted(long generation, String model, String... mayDelete) {
        return Wanted.of(deployment(generation, model, Path.of("/srv/p"), mayDelete), OWNER);
    }

    static Deployment deployment(long generation, String model, Path directory, String... mayDelete) {
        byte[] json = model.replace('\'', '"').getBytes(UTF_8);
        return new Deployment(
                new Deployment.Identity(
                        StackId.parse("0123456789abcdefghjkmnpqrs"),
                        "shop",
                        generation,
                        Digest.of(json),
                        PROJECT,
                        directory),
                JsonReader.object(json),
                List.of(),
                new Deployment.Deletions(new TreeSet<>(Arrays.asList(mayDelete)), false, true),
                Deployment.Timing.DEFAULT);
    }
}
