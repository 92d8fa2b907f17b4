package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdoptedTest {
    private static final Map<String, String> COMPOSE =
            Map.of(Labels.PROJECT, "shop", Labels.SERVICE, "web", Labels.NUMBER, "1", Labels.CONFIG_HASH, "theirs");
    private static final Adopted ADOPTED = new Adopted(
            new TreeMap<>(Map.of("a1", new Adopted.Container("shop-web-1", "always", true, "ours", "", ""))),
            new TreeMap<>(Map.of("n1", new Adopted.Shared("2026-01-01", "network-hash"))),
            new TreeMap<>(Map.of("shop_data", new Adopted.Shared("2026-01-02", "volume-hash"))));

    @TempDir
    Path folder;

    private Deployment.Identity identity() {
        return new Deployment.Identity(
                StackId.parse("0123456789abcdefghjkmnpqrs"),
                "shop",
                7,
                Digest.of("model".getBytes(UTF_8)),
                "shop",
                folder.resolve("stack/files"));
    }

    private static ObservedContainer container(String id, Map<String, String> labels) {
        return new ObservedContainer(
                id,
                "shop-web-1",
                labels,
                "running",
                "Up",
                "sha256:1",
                "",
                new TreeSet<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                Set.of());
    }

    private static Json.Obj object(String json) {
        return JsonReader.object(json.replace('\'', '"').getBytes(UTF_8));
    }

    private static Observed observed(String volumeCreated, ObservedContainer... containers) {
        return new Observed(
                "domain/agent",
                "shop",
                List.of(containers),
                Map.of(
                        "shop_default",
                        object(
                                "{'Name': 'shop_default', 'Id': 'n1', 'Labels': {'com.docker.compose.project': 'shop'}}")),
                Map.of(
                        "shop_data",
                        object("{'Name': 'shop_data', 'CreatedAt': '" + volumeCreated
                                + "', 'Labels': {'com.docker.compose.project': 'shop'}}")),
                Set.of());
    }

    @Test
    void whatWasTakenOverIsSeenAsOursOfNoGeneration() {
        Observed over = ADOPTED.over(observed("2026-01-02", container("a1", COMPOSE)), identity());

        ObservedContainer web = over.current("web", 1).getFirst();
        assertThat(web.label(Labels.CONFIG_HASH)).isEqualTo("ours");
        assertThat(web.label(Labels.RESTART)).isEqualTo("always");
        assertThat(web.isAdopted()).isTrue();
        assertThat(over.networks().values())
                .allMatch(n -> over.isOurs(Observed.labels(n)))
                .allMatch(n -> "network-hash".equals(Observed.labels(n).get(Labels.CONFIG_HASH)));
        assertThat(over.volumes().values()).allMatch(v -> over.isOurs(Observed.labels(v)));
    }

    @Test
    void aContainerThatTookItsPlaceIsNotOurs() {
        Observed over = ADOPTED.over(observed("2026-01-02", container("b2", COMPOSE)), identity());

        assertThat(over.current()).isEmpty();
        assertThat(ADOPTED.still(observed("2026-01-02", container("b2", COMPOSE)))
                        .containers())
                .isEmpty();
    }

    @Test
    void aVolumeThatWasMadeLaterUnderTheSameNameIsNotOurs() {
        Observed raw = observed("2026-05-05", container("a1", COMPOSE));

        assertThat(ADOPTED.over(raw, identity()).volumes().values()).noneMatch(v -> raw.isOurs(Observed.labels(v)));
        assertThat(ADOPTED.still(raw).volumes()).isEmpty();
        assertThat(ADOPTED.still(raw).containers()).containsOnlyKeys("a1");
    }

    @Test
    void onlyContainersOfServicesThatNobodyOwnsCanBeTakenOver() {
        Map<String, String> owned = new TreeMap<>(COMPOSE);
        owned.put(Labels.OWNER, "domain/other");
        Map<String, String> oneOff = new TreeMap<>(COMPOSE);
        oneOff.put(Labels.ONE_OFF, "True");

        assertThat(Adopted.isServiceOfPeople("shop", container("a1", COMPOSE))).isTrue();
        assertThat(Adopted.isServiceOfPeople("till", container("a1", COMPOSE))).isFalse();
        assertThat(Adopted.isServiceOfPeople("shop", container("a1", owned))).isFalse();
        assertThat(Adopted.isServiceOfPeople("shop", container("a1", oneOff))).isFalse();
    }

    @Test
    void isReadAsItWasWritten() throws Exception {
        AdoptedFile file = AdoptedFile.of(identity());
        assertThat(file.read()).isEqualTo(Adopted.NONE);

        file.write(ADOPTED);
        assertThat(AdoptedFile.of(identity()).read()).isEqualTo(ADOPTED);

        file.write(Adopted.NONE);
        assertThat(folder.resolve("stack/files.adopted.json")).doesNotExist();
    }

    @Test
    void aDamagedFileIsNamedAndNotGuessedAt() throws Exception {
        AdoptedFile.of(identity()).write(ADOPTED);
        Path path = folder.resolve("stack/files.adopted.json");
        Files.writeString(path, Files.readString(path).replace("\"version\": 1", "\"version\": 2"));

        assertThatThrownBy(() -> AdoptedFile.of(identity()).read())
                .isInstanceOf(RuntimeUnavailable.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining("version: 2 (expected: 1)");
    }

    @Test
    void aNetworkMayBeUsedWhereItHoldsWhatIsAskedFor() {
        Json.Obj found = object("{'Driver': 'bridge', 'Internal': false, 'EnableIPv6': false, 'Options': {},"
                + " 'IPAM': {'Driver': 'default', 'Config': [{'Subnet': '10.9.0.0/24', 'Gateway': '10.9.0.1'}]}}");

        assertThat(SharedLikeness.network(object("{'Driver': 'bridge'}"), found))
                .isEmpty();
        assertThat(SharedLikeness.network(
                        object(
                                "{'Driver': 'bridge', 'IPAM': {'Driver': 'default', 'Config': [{'Subnet': '10.9.0.0/24'}]}}"),
                        found))
                .isEmpty();
        assertThat(SharedLikeness.network(
                        object(
                                "{'Driver': 'macvlan', 'Internal': true, 'IPAM': {'Driver': 'default', 'Config': [{'Subnet': '10.8.0.0/24'}]}}"),
                        found))
                .containsExactly("driver", "internal", "ipam");
    }
}
