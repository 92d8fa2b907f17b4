package io.wherry.hub.configuration;

import java.util.List;
import java.util.Optional;

/**
 * What became of the configuration repository, for conditions and people.
 *
 * @param commit  applied last
 * @param tried   looked at last
 * @param reason  {@link ConfigurationReason}: why that is not applied, or that all of it or not all of it is
 * @param message each problem, or each thing that waits, one line each
 * @param hint    what to do about it
 */
public record ConfigurationStatus(
        Optional<String> commit, Optional<String> tried, ConfigurationReason reason, String message, String hint) {

    private static final String HINT =
            "wherry source accept configuration agrees to what ends; wherry delete ends one; wherry apply keeps it";

    static ConfigurationStatus of(ConfigurationState state) {
        return state.trouble()
                .map(why ->
                        new ConfigurationStatus(state.commit(), state.tried(), why.reason(), why.detail(), why.hint()))
                .orElseGet(() -> state.waiting().isEmpty()
                        ? new ConfigurationStatus(
                                state.commit(), state.tried(), ConfigurationReason.CONFIGURATION_APPLIED, "", "")
                        : new ConfigurationStatus(
                                state.commit(),
                                state.tried(),
                                ConfigurationReason.CONFIGURATION_WAITS,
                                String.join("\n", state.waiting()),
                                hint(state.waiting())));
    }

    /** An agent that has not joined needs no person's word. */
    static String hint(List<String> waiting) {
        return waiting.stream().anyMatch(Pruning::isDeletion) ? HINT : "";
    }

    /** Whether the newest commit is in force, if for something that waits. */
    public boolean applied() {
        return reason == ConfigurationReason.CONFIGURATION_APPLIED || reason == ConfigurationReason.CONFIGURATION_WAITS;
    }

    public boolean waits() {
        return reason == ConfigurationReason.CONFIGURATION_WAITS;
    }
}
