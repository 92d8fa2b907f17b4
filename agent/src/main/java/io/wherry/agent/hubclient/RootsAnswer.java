package io.wherry.agent.hubclient;

import java.util.List;

/** What asking for trust roots came to. */
public sealed interface RootsAnswer {
    /** @param envelopes in order of version, not judged yet; empty: the hub has none that new */
    record Here(List<byte[]> envelopes) implements RootsAnswer {
        public Here {
            envelopes = List.copyOf(envelopes);
        }
    }

    /** Asked again with the next poll. */
    record NotNow(String reason, String why) implements RootsAnswer {}
}
