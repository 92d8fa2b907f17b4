package io.wherry.hub.approval;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What of a stack waits for people.
 *
 * @param plan    what exactly: {@link #hash}
 * @param what    the content, for a person: {@code commit 1a2b3c4d5e6f}
 * @param authors who made it, and may not approve it: {@code Name <mail>} of commits, names of API keys
 * @param since   when it began to wait
 * @param asks    for each target that waits, by agent
 */
public record AwaitedPlan(
        StackId stack, Digest plan, String what, List<String> authors, Instant since, List<Ask> asks) {
    public AwaitedPlan {
        authors = List.copyOf(authors);
        asks = List.copyOf(asks);
    }

    /** Names these targets with this content and no others: whoever approves it has seen them. */
    public static Digest hash(StackId stack, Collection<Ask> asks) {
        String lines = asks.stream()
                .sorted(Comparator.comparing(Ask::agent))
                .map(ask -> "\n" + ask.agent().value() + " " + ask.content().hex())
                .collect(Collectors.joining());
        return Digest.of(("wherry plan of " + stack.value() + lines).getBytes(UTF_8));
    }

    /** Whether the holder of the key made it, as far as names tell: a commit names its people as they like, so that a likeness is enough. */
    public boolean isBy(String key) {
        return authors.stream().anyMatch(author -> isSame(author, key));
    }

    private static boolean isSame(String author, String key) {
        int mail = author.lastIndexOf('<');
        if (mail < 0 || !author.endsWith(">")) {
            return author.equalsIgnoreCase(key);
        }
        String address = author.substring(mail + 1, author.length() - 1);
        return address.equalsIgnoreCase(key)
                || local(address).equalsIgnoreCase(local(key))
                || author.substring(0, mail).strip().equalsIgnoreCase(key);
    }

    private static String local(String address) {
        int at = address.indexOf('@');
        return at < 0 ? address : address.substring(0, at);
    }
}
