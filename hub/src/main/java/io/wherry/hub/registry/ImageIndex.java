package io.wherry.hub.registry;

import io.wherry.contract.Digest;
import io.wherry.contract.file.ImageManifest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** An image for several platforms. */
record ImageIndex(List<Member> members) {
    static final String OCI = ImageManifest.OCI_INDEX;
    static final String DOCKER = ImageManifest.DOCKER_INDEX;

    /** @param platform {@code linux/amd64}, {@code linux/arm/v7} */
    record Member(Digest manifest, Platform platform) {}

    /** @throws JsonException naming what is wrong */
    static ImageIndex parse(byte[] bytes) {
        try {
            return new ImageIndex(JsonReader.object(bytes).objects("manifests").stream()
                    .filter(member -> member.findObject("platform").isPresent())
                    .map(member ->
                            new Member(Digest.parse(member.string("digest")), platform(member.object("platform"))))
                    .toList());
        } catch (IllegalArgumentException e) {
            throw new JsonException(String.valueOf(e.getMessage()), e);
        }
    }

    /** All manifests that it names, also those for no platform, such as statements about where an image is from. @throws JsonException */
    static List<Digest> manifests(byte[] bytes) {
        try {
            return JsonReader.object(bytes).objects("manifests").stream()
                    .map(member -> Digest.parse(member.string("digest")))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new JsonException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Platform platform(Json.Obj json) {
        return new Platform(
                json.string("os"),
                json.string("architecture"),
                json.findString("variant").orElse(""));
    }

    /** The best one for a machine: the nearest variant that it can run. */
    Optional<Digest> find(Platform machine) {
        return members.stream()
                .filter(member -> member.platform().runsOn(machine))
                .max(Comparator.comparingInt(
                        (Member member) -> member.platform().level()))
                .map(Member::manifest);
    }
}
