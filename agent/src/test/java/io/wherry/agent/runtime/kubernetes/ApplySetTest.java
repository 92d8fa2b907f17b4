package io.wherry.agent.runtime.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Deployment;
import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApplySetTest {
    private static final Deployment.Identity SHOP = new Deployment.Identity(
            StackId.parse("0123456789abcdefghjkmnpqrs"),
            "shop",
            3,
            Digest.of(new byte[0]),
            "web",
            Path.of("/tmp/files"));

    private static final ApplySet SET = new ApplySet(SHOP, "domain/agent", Set.of(), "web");

    /** BASE64(SHA256("wherry-shop.web.ConfigMap.")), as kubectl's own code gives it. */
    @Test
    void isKnownByTheHashOfItsParent() {
        assertThat(SET.id()).isEqualTo("applyset-jZYMehdINbFwzdFGrG4MYbqn9bDENhUn4EFNcNRdU5g-v1");
    }

    @Test
    void aParentSaysWhereMembersAre() {
        ApplySet.Scope scope = new ApplySet.Scope(Set.of("Deployment.apps", "ConfigMap"), Set.of("web", "other"));

        Json.Obj parent = SET.parentFor(scope);

        assertThat(Fields.annotation(parent, "applyset.kubernetes.io/contains-group-kinds"))
                .isEqualTo("ConfigMap,Deployment.apps");
        assertThat(Fields.annotation(parent, "applyset.kubernetes.io/additional-namespaces"))
                .isEqualTo("other");
        assertThat(SET.scopeOf(parent)).isEqualTo(scope);
        assertThat(SET.isOurParent(parent)).isTrue();
        assertThat(new ApplySet(SHOP, "domain/other", Set.of(), "web").isOurParent(parent))
                .isFalse();
    }

    @Test
    void marksOfTheLastChangeStayWhereNothingElseChanges() {
        Marks marks = new Marks(SET);
        Json.Obj plain = Json.object().put("kind", "ConfigMap").build();
        Json.Obj made = marks.fresh(plain, "1");

        assertThat(Fields.annotation(made, Marks.GENERATION)).isEqualTo("3");
        assertThat(new Marks(new ApplySet(later(), "domain/agent", Set.of(), "web")).asBefore(plain, made))
                .isEqualTo(made);
        assertThat(marks.isOurs(made)).isTrue();
    }

    private static Deployment.Identity later() {
        return new Deployment.Identity(SHOP.stack(), "shop", 4, Digest.of(new byte[] {1}), "web", SHOP.directory());
    }
}
