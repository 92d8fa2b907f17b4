package io.wherry.hub.web;

import io.wherry.contract.json.Json;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/** What can be done from a page. Each is a route of the REST; who may is decided there. */
enum Act {
    SOURCE_SYNC(
            "sources",
            "sync",
            "/sources/{name}/sync",
            Asks.NOTHING,
            "Check now",
            "The hub asks the source's server for news now instead of at its next turn.",
            "wherry source sync %s"),
    STACK_SYNC(
            "stacks",
            "sync",
            "/stacks/{name}/sync",
            Asks.REASON,
            "Sync",
            "What waits for a person is deployed: its newest revision is offered to the targets, in waves where it has a rollout policy.",
            "wherry stack sync %s"),
    STACK_RETRY(
            "stacks",
            "retry",
            "/stacks/{name}/sync",
            Asks.REASON,
            "Retry",
            "Targets where the present revision failed or was rolled back get it once more. Where it runs well nothing happens.",
            "wherry stack sync %s --retry"),
    STACK_ALLOW_REMOVAL(
            "stacks",
            "allow-removal",
            "/stacks/{name}/sync",
            Asks.REASON,
            "Approve removal",
            "The plan that is held is let go, and what it removes is removed. Look at the plan first: wherry stack plan.",
            "wherry stack sync %s --allow-removal"),
    PLAN_APPROVE(
            "stacks",
            "approve",
            "/stacks/{name}/approve",
            Asks.PLAN,
            "Approve plan",
            "The plan may go, as far as you are concerned; it goes when enough people have approved it. Look at it first: wherry stack plan.",
            "wherry approval approve %s --plan DIGEST"),
    PLAN_REJECT(
            "stacks",
            "reject",
            "/stacks/{name}/reject",
            Asks.PLAN,
            "Reject plan",
            "The plan is held, whoever approves it, until you do or other content comes. Say why: its authors read it.",
            "wherry approval reject %s --plan DIGEST --reason TEXT"),
    ROLLOUT_START(
            "stacks",
            "rollout-start",
            "/stacks/{name}/rollout/start",
            Asks.REASON,
            "Start rollout",
            "What waits is offered to the first wave; a rollout that was ended begins anew.",
            "wherry rollout start %s"),
    ROLLOUT_PAUSE(
            "stacks",
            "rollout-pause",
            "/stacks/{name}/rollout/pause",
            Asks.REASON,
            "Pause rollout",
            "Nothing more is offered. What is at work at a site comes to its end.",
            "wherry rollout pause %s"),
    ROLLOUT_RESUME(
            "stacks",
            "rollout-resume",
            "/stacks/{name}/rollout/resume",
            Asks.REASON,
            "Resume rollout",
            "The rollout goes on, over the failures that there are.",
            "wherry rollout resume %s"),
    ROLLOUT_PROMOTE(
            "stacks",
            "rollout-promote",
            "/stacks/{name}/rollout/promote",
            Asks.REASON,
            "Begin next wave",
            "The next wave begins now, whatever the present one still waits for.",
            "wherry rollout promote %s"),
    ROLLOUT_RETRY(
            "stacks",
            "rollout-retry",
            "/stacks/{name}/rollout/retry",
            Asks.REASON,
            "Retry failed targets",
            "The targets of this rollout that failed get its content once more, and the rollout goes on.",
            "wherry rollout retry %s"),
    ROLLOUT_ABORT(
            "stacks",
            "rollout-abort",
            "/stacks/{name}/rollout/abort",
            Asks.REASON,
            "End rollout",
            "The rollout ends. Targets that have the content keep it, the others keep what they have; wherry stack rollback takes it back.",
            "wherry rollout abort %s"),
    AGENT_APPROVE(
            "agents",
            "approve",
            "/agents/{name}/approve",
            Asks.FINGERPRINT,
            "Let in",
            "The agent gets a certificate, and what targets it is deployed there. Compare the fingerprint with the one that the site shows.",
            "wherry agent approve %s --fingerprint TEXT"),
    AGENT_DENY(
            "agents",
            "deny",
            "/agents/{name}/deny",
            Asks.NOTHING,
            "Turn away",
            "The device is turned away for good: it has to join with new keys and another token.",
            "wherry agent deny %s"),
    AGENT_REVIEW(
            "agents",
            "review",
            "/agents/{name}/review",
            Asks.NOTHING,
            "End review",
            "The hub holds this agent because it knows less than the agent does, as after a restore. It is served again with what this hub has.",
            "wherry agent review %s");

    /** What a person fills in. */
    enum Asks {
        NOTHING,
        /** Why, and for which change record; both may stay empty. */
        REASON,
        /** As the site shows it. */
        FINGERPRINT,
        /** The one that the page shows, and why. */
        PLAN
    }

    private static final String NAME = "{name}";

    private final String part;
    private final String verb;
    private final String route;
    private final Asks asks;
    private final String title;
    private final String does;
    private final String command;

    Act(String part, String verb, String route, Asks asks, String title, String does, String command) {
        this.part = part;
        this.verb = verb;
        this.route = route;
        this.asks = asks;
        this.title = title;
        this.does = does;
        this.command = command;
    }

    static Optional<Act> find(String part, String verb) {
        return Arrays.stream(values())
                .filter(act -> act.part.equals(part) && act.verb.equals(verb))
                .findFirst();
    }

    /** Of the REST, as the table of permissions has it. */
    String route() {
        return route;
    }

    String routeTo(String name) {
        return route.replace(NAME, Form.encode(name));
    }

    /** Of the page that asks once more; the form on it goes there too. */
    String address(String name) {
        return Link.to(part, name) + "/do/" + verb;
    }

    /** Of the page to come back to. */
    String origin(String name) {
        return Link.to(part, name) + (verb.startsWith("rollout-") ? "/rollout" : "");
    }

    /** What the request to the REST holds. */
    Json.Obj body(Function<String, Optional<String>> field) {
        Json.Builder body = Json.object();
        switch (asks) {
            case NOTHING -> {}
            case REASON -> {
                body.putIf("reason", field.apply("reason"));
                body.putIf("change", field.apply("change"));
            }
            case FINGERPRINT ->
                body.put("fingerprint", field.apply("fingerprint").orElse(""));
            case PLAN -> {
                body.put("plan", field.apply("plan").orElse(""));
                body.putIf("reason", field.apply("reason"));
            }
        }
        switch (this) {
            case STACK_RETRY -> body.put("retry", true);
            case STACK_ALLOW_REMOVAL -> body.put("allowRemoval", true);
            default -> {}
        }
        return body.build();
    }

    Asks asks() {
        return asks;
    }

    String title() {
        return title;
    }

    String does() {
        return does;
    }

    /** {@code stack shop}. */
    String object(String name) {
        return part.substring(0, part.length() - 1) + " " + name;
    }

    String command(String name) {
        return command.formatted(name);
    }
}
