package io.wherry.hub.render.compose;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths as Go's {@code path.Clean} shortens them. */
final class Paths {
    private Paths() {}

    static String clean(String path) {
        Deque<String> names = new ArrayDeque<>();
        boolean absolute = path.startsWith("/");
        for (String name : path.split("/")) {
            if (name.equals("..") && !names.isEmpty() && !names.getLast().equals("..")) {
                names.removeLast();
            } else if (name.equals("..") ? !absolute : !name.isEmpty() && !name.equals(".")) {
                names.addLast(name);
            }
        }
        String joined = String.join("/", names);
        return absolute ? "/" + joined : joined.isEmpty() ? "." : joined;
    }
}
