package io.wherry.hub.web;

import io.wherry.contract.json.Json;

/**
 * The way through a long table.
 *
 * @param first the table's beginning; empty on the first page
 * @param next  empty on the last page
 */
record Pager(String first, String next) {
    /** @param address of the table with its filter, without the place in it */
    static Pager of(Visit visit, String address, Json.Obj list) {
        return new Pager(
                visit.query().find("continue").isPresent() ? address : "",
                list.findString("continue")
                        .map(after -> Link.with(address, "continue", after))
                        .orElse(""));
    }

    boolean isEmpty() {
        return first.isEmpty() && next.isEmpty();
    }
}
