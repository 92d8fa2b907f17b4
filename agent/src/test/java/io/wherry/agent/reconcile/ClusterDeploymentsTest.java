package io.wherry.agent.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.agent.runtime.Deployment;
import io.wherry.contract.Entry;
import io.wherry.contract.ModelFormat;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.SiteVariable;
import io.wherry.contract.SiteVariableException;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What an agent of a cluster makes of an entry: its own values put in, secrets for no file, and names of all that is its. */
class ClusterDeploymentsTest extends OnASite {
    private static final Json.Obj MODEL = model("""
            {"variables":true,"namespace":"shop",
             "objects":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m"},"data":{"a":"in ${CITY} for $$5"}}],
             "hooks":[{"events":["post-delete"],"object":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"h"},"data":{"a":"${CITY}"}}}],
             "secrets":[{"name":"db","namespace":"front","type":"Opaque","data":{"password":"shop-db"}}]}""");

    private final StackId base = StackId.random(new SecureRandom());

    @Test
    void theSitesValueGoesInOrTheReleasesDefault() {
        assertThat(compact(cluster(MODEL, "Bonn"))).contains("in Bonn for $5").doesNotContain("variables");
        assertThat(compact(cluster(MODEL, ""))).contains("in Rome for $5");
    }

    @Test
    void aValueOutsideOfTheSignedPatternIsRefusedByName() {
        Entry entry = cluster(MODEL, "canary");

        assertThatThrownBy(() -> site.deployments().of(entry))
                .isInstanceOf(SiteVariableException.class)
                .hasMessageContaining("CITY: the value does not match its pattern")
                .hasMessageNotContaining("canary");
    }

    @Test
    void whatTheAgentsMemoryDoesNotTakeIsRefusedBeforeAnythingOfItIsTouched() {
        site.room = new ModelRoom(1 << 20);
        site.restart();
        String object = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"m\"}}";
        String many = object + ("," + object).repeat(299);
        site.assign(
                cluster(model("{\"objects\":[" + many + "]}"), "Bonn"),
                site.entry(base, "base", 1, TestSite.options("base")));
        site.settle(shop);
        site.settle(base);

        assertThat(site.states())
                .filteredOn(state -> state.stack().equals(shop))
                .last()
                .satisfies(state -> {
                    assertThat(state.reason()).isEqualTo("StackTooLarge");
                    assertThat(state.message())
                            .contains("300 objects of together", "at most 2", "1 MiB of heap", "make two stacks of it");
                });
        assertThat(site.runtime.running).containsOnlyKeys(base);

        String large = object.replace("}}", "},\"data\":{\"a\":\"" + "x".repeat(200_000) + "\"}}");
        assertThat(site.deployments().open(cluster(model("{\"objects\":[" + large + "]}"), "Bonn")))
                .isInstanceOfSatisfying(Deployments.Opened.TooLarge.class, refused -> assertThat(refused.why())
                        .contains("at most 131072", "give the agent more memory"));
    }

    @Test
    void aModelThatDoesNotAskStaysAsItIs() {
        Json.Obj plain = model("{\"objects\":[{\"a\":\"${CITY} $$\"}]}");

        assertThat(site.deployments().of(cluster(plain, "Bonn")).model()).isEqualTo(plain);
    }

    @Test
    void secretsAreForNoFileAndHooksOfARemovalKnowTheSitesValue() {
        Entry entry = cluster(MODEL, "Bonn", site.sealed(shop, "shop-db", 1, "canary-value"));

        assertThat(site.deployments().of(entry).secrets()).singleElement().satisfies(secret -> {
            assertThat(secret.name()).isEqualTo("shop-db");
            assertThat(secret.modes()).isEmpty();
        });
        Deployment removal = site.deployments().forRemoval(site.absent(shop, "shop", 2), Optional.of(entry));
        assertThat(JsonWriter.compact(removal.model()))
                .contains("\"a\":\"Bonn\"")
                .doesNotContain("secrets");
        assertThat(site.deployments().forLeaving(List.of(entry)).deletions().names())
                .containsExactly("ConfigMap/shop/m", "Secret/front/db");
    }

    /** An entry whose content lies here already, with a site variable CITY of this value; empty: none. */
    private Entry cluster(Json.Obj model, String city, SealedSecret... brought) {
        site.siteVariables = List.of(new SiteVariable("CITY", "[A-Z][a-z]+", Optional.of("Rome")));
        TreeMap<String, String> values = new TreeMap<>(city.isEmpty() ? Map.of() : Map.of("CITY", city));
        return site.entry(
                shop,
                "shop",
                1,
                TestSite.options("shop"),
                ModelFormat.KUBERNETES,
                JsonWriter.canonical(model),
                values,
                brought);
    }

    private String compact(Entry entry) {
        return JsonWriter.compact(site.deployments().of(entry).model());
    }

    private static Json.Obj model(String json) {
        return JsonReader.object(json.getBytes(UTF_8));
    }
}
