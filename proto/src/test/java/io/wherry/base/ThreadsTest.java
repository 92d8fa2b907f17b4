package io.wherry.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ThreadsTest {
    @Test
    void aKindThatThereIsNotIsNamed() {
        assertThat(Threads.isPlatform("platform")).isTrue();
        assertThat(Threads.isPlatform("virtual")).isFalse();
        assertThatThrownBy(() -> Threads.isPlatform("green"))
                .hasMessage("-Dwherry.threads=green (expected: virtual or platform)");
    }
}
