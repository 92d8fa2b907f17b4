package io.wherry.hub.transfer;

/**
 * One thing of a file and what an import does with it.
 *
 * @param thing  {@code repository/shop refs/heads/main}, {@code image/team/web:1.2}, {@code file/shop-1.tgz}
 * @param detail for a person; may be empty
 */
public record Item(String thing, Change change, String detail) {

    /** What an import does, or did. */
    public enum Change {
        /** It is there already. */
        UNCHANGED("unchanged"),
        CREATED("created"),
        /** Something else was there: a commit before this one, another image under the same tag. */
        UPDATED("updated"),
        /** What would be lost was named, and given up, by a person. */
        FORCED("forced"),
        /** No target was given for it. */
        SKIPPED("skipped"),
        /** Something would be lost; nothing of the file is imported then. */
        REFUSED("refused");

        private final String word;

        Change(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    static Item unchanged(String thing) {
        return new Item(thing, Change.UNCHANGED, "");
    }

    /** Whether anything has to be written for it. */
    boolean isWork() {
        return switch (change) {
            case CREATED, UPDATED, FORCED -> true;
            case UNCHANGED, SKIPPED, REFUSED -> false;
        };
    }
}
