package io.wherry.agent.runtime.kubernetes.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.registry.ImageReference;
import org.junit.jupiter.api.Test;

class RegistryPlaceTest {
    @Test
    void anImageKeepsPathAndVersionBelowThePathOfTheSite() {
        assertThat(RegistryPlace.parse("registry.site:5000").of(ImageReference.parse("nginx:1.29")))
                .isEqualTo(ImageReference.parse("registry.site:5000/library/nginx:1.29"));
        assertThat(RegistryPlace.parse("https://harbor.site/carried/in").of(ImageReference.parse("ghcr.io/team/web")))
                .isEqualTo(ImageReference.parse("harbor.site/carried/in/team/web:latest"));
    }

    @Test
    void withoutTlsOnlyWhereThatIsSaid() {
        assertThat(RegistryPlace.parse("http://registry.site").plain()).isTrue();
        assertThat(RegistryPlace.parse("https://registry.site").plain()).isFalse();
        assertThat(RegistryPlace.parse("registry.site").plain()).isFalse();
    }

    @Test
    void whatIsNoRegistryIsNamedWithoutTheLoginInIt() {
        assertThatThrownBy(() -> RegistryPlace.parse("https://robot:canary@registry.site"))
                .hasMessageContaining("\"…@registry.site\" (expected: HOST, HOST:PORT")
                .hasMessageNotContaining("canary");
        for (String none : new String[] {"ftp://registry.site", "registry.site/", "registry.site/Web", "a b", ""}) {
            assertThatThrownBy(() -> RegistryPlace.parse(none)).hasMessageContaining("(expected: HOST");
        }
    }
}
