package io.wherry.hub.web;

import io.wherry.base.Version;
import io.wherry.hub.access.Principal;
import java.time.Instant;
import java.util.List;

/**
 * What stands around every page.
 *
 * @param part      the entry of the navigation that is the present one
 * @param name      of who is signed in; empty: nobody is, and there is no navigation
 * @param formToken for the sign-out
 * @param asOf      when the page was made
 * @param notice    what became of the last form
 * @param live      whether the script keeps it up to date
 */
record Frame(
        String part,
        String title,
        String name,
        String role,
        String formToken,
        String asOf,
        String notice,
        boolean live) {

    /** An entry of the navigation. */
    record Entry(String part, String address, String word) {}

    static final List<Entry> NAVIGATION = List.of(
            new Entry("fleet", "/", "Fleet"),
            new Entry("stacks", "/stacks", "Stacks"),
            new Entry("agents", "/agents", "Agents"),
            new Entry("sources", "/sources", "Sources"),
            new Entry("rollouts", "/rollouts", "Rollouts"),
            new Entry("approvals", "/approvals", "Approvals"),
            new Entry("events", "/events", "Events"),
            new Entry("audit", "/audit", "Audit"));

    static String of(Reply.Page page, Principal principal, Session session, Instant now) {
        return around(
                page,
                new Frame(
                        page.part(),
                        page.title(),
                        principal.name(),
                        principal.role().word(),
                        session.formToken(),
                        now.toString(),
                        session.takeNotice(),
                        page.live()));
    }

    /** For who is not signed in. */
    static String plain(Reply.Page page) {
        return around(page, new Frame("", page.title(), "", "", "", "", "", false));
    }

    private static String around(Reply.Page page, Frame frame) {
        String body = page.body().text();
        Html whole = out -> JteframeGenerated.render(out, null, frame, inner -> inner.writeContent(body));
        return whole.text();
    }

    static String version() {
        return Version.CURRENT;
    }
}
