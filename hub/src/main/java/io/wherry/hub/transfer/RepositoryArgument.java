package io.wherry.hub.transfer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository as a person names it: {@code [NAME=]URL_OR_FOLDER[@REF,…]}.
 *
 * @param name  by which the import calls it: the last part of the place without {@code .git}, unless it was given
 * @param place https URL, or a folder
 * @param refs  branches and tags, short or from {@code refs/}; all if empty
 */
record RepositoryArgument(String name, String place, List<String> refs) {
    private static final Pattern NAMED = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._+~-]*)=(.*)");
    private static final Pattern BY_SSH = Pattern.compile("[^/@:]+@[^/@:]+:.*");
    private static final Pattern AUTHORITY = Pattern.compile("[a-z]+://([^/]*).*", Pattern.CASE_INSENSITIVE);

    RepositoryArgument {
        refs = List.copyOf(refs);
    }

    static RepositoryArgument parse(String text) {
        Matcher named = NAMED.matcher(text);
        boolean given = named.matches();
        String rest = given ? named.group(2) : text;
        requireReached(rest);
        int at = Files.isDirectory(Path.of(rest)) ? -1 : rest.lastIndexOf('@');
        String place = at < 0 ? rest : rest.substring(0, at);
        List<String> refs = at < 0 ? List.of() : List.of(rest.substring(at + 1).split(",", -1));
        if (place.isEmpty() || refs.contains("")) {
            throw TransferException.usage(
                    "--repo " + text + ": no place, or an empty ref", "give [NAME=]URL_OR_FOLDER[@REF,…]");
        }
        return new RepositoryArgument(given ? named.group(1) : name(place), place, refs);
    }

    /** Never repeats a login that it refuses: an argument list is seen by everyone on the machine, a log by more. */
    static void requireReached(String place) {
        Matcher authority = AUTHORITY.matcher(place);
        if (authority.matches() && authority.group(1).contains("@")) {
            throw TransferException.usage(
                    "the URL of a repository holds a user or password", "write them into the file of --credentials");
        }
        if (BY_SSH.matcher(place).matches() && !Files.exists(Path.of(place))) {
            throw TransferException.usage(
                    "repository " + place + ": SSH is for sources of the hub alone", "clone it, and name the folder");
        }
    }

    private static String name(String place) {
        String path = Path.of(place.replaceFirst("^[a-z]+://", "")).normalize().toString();
        return path.substring(path.lastIndexOf('/') + 1).replaceFirst("\\.git$", "");
    }
}
