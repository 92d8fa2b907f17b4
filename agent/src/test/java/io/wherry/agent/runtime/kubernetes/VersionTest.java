package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.JsonReader;
import org.junit.jupiter.api.Test;

class VersionTest {
    private static Version of(String metadata) {
        return Version.of(JsonReader.object(
                ("{\"metadata\":{" + metadata.replace('\'', '"') + "},\"status\":{\"any\":1}}").getBytes(UTF_8)));
    }

    private static final String OURS = "{'manager':'wherry-agent','operation':'Apply','fieldsV1':{'f:spec':{}}}";

    private static String counted(int version, int generation, String more) {
        return "'uid':'u','resourceVersion':'" + version + "','generation':" + generation + more;
    }

    @Test
    void oneWithoutAGenerationIsTheSameInOneVersionOnly() {
        assertThat(of("'uid':'u','resourceVersion':'7'").isSameAs(of("'uid':'u','resourceVersion':'7'")))
                .isTrue();
        assertThat(of("'uid':'u','resourceVersion':'8'").isSameAs(of("'uid':'u','resourceVersion':'7'")))
                .isFalse();
        assertThat(of(counted(8, 0, "")).isSameAs(of(counted(7, 0, "")))).isFalse();
    }

    @Test
    void aChangeOfTheStatusIsNone() {
        Version before = of(counted(7, 2, ",'managedFields':[" + OURS + "]"));
        assertThat(of(counted(
                                9,
                                2,
                                ",'managedFields':[" + OURS
                                        + ",{'manager':'kube-controller-manager','operation':'Update','subresource':'status','time':'t'}]"))
                        .isSameAs(before))
                .isTrue();
    }

    @Test
    void whateverElseChangesIsOne() {
        Version before = of(counted(7, 2, ",'labels':{'a':'b'},'managedFields':[" + OURS + "]"));
        assertThat(of(counted(9, 3, ",'labels':{'a':'b'},'managedFields':[" + OURS + "]"))
                        .isSameAs(before))
                .as("what is wanted of it")
                .isFalse();
        assertThat(of(counted(9, 2, ",'labels':{'a':'c'},'managedFields':[" + OURS + "]"))
                        .isSameAs(before))
                .as("a label")
                .isFalse();
        assertThat(of(counted(
                                9,
                                2,
                                ",'labels':{'a':'b'},'managedFields':[{'manager':'kubectl-edit','operation':'Update'}]"))
                        .isSameAs(before))
                .as("who owns what")
                .isFalse();
        assertThat(of(counted(9, 2, ",'deletionTimestamp':'t','labels':{'a':'b'},'managedFields':[" + OURS + "]"))
                        .isSameAs(before))
                .as("its end")
                .isFalse();
    }

    @Test
    void anObjectMadeAnewIsAnotherOne() {
        assertThat(of("'uid':'v','resourceVersion':'7'").isSameAs(of("'uid':'u','resourceVersion':'7'")))
                .isFalse();
        assertThat(of("'resourceVersion':'7'").isSameAs(of("'resourceVersion':'7'")))
                .as("one that cannot be told apart")
                .isFalse();
    }
}
