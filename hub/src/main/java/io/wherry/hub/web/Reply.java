package io.wherry.hub.web;

/** What a browser gets. */
sealed interface Reply {
    /**
     * A page.
     *
     * @param part  which entry of the navigation it belongs to; empty: none
     * @param title without the product's name
     * @param live  whether it may be kept up to date; what somebody fills in must stand still
     */
    record Page(int status, String part, String title, Html body, boolean live) implements Reply {
        static Page live(String part, String title, Html body) {
            return new Page(200, part, title, body, true);
        }

        static Page still(int status, String title, Html body) {
            return new Page(status, "", title, body, false);
        }
    }

    /** Go there and read it: the answer to every form that was taken. */
    record SeeOther(String location) implements Reply {}
}
