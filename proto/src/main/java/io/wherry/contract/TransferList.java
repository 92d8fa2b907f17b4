package io.wherry.contract;

import static java.util.Objects.requireNonNull;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a transfer file brings to a closed network: Git repositories, container images and files, and the digest of every byte of them
 * (docs/reference/transfer-file.md). Signed by whoever made the file; nothing of it is used before that signature was found good.
 *
 * @param repositories by name; each name once
 * @param images       each name once
 * @param files        each name once
 * @param contents     every blob of the file but the list itself; each digest once
 * @param since        digest of the earlier file's list: what that one brought may be left out of {@code contents}
 */
public record TransferList(
        List<Repository> repositories,
        List<Image> images,
        List<NamedFile> files,
        List<Content> contents,
        Optional<Digest> since) {
    /** A Git bundle, version 2. */
    public static final String GIT_BUNDLE = "application/vnd.wherry.git-bundle.v2";

    /** Whatever a person named: a Helm chart, an archive. */
    public static final String FILE = "application/octet-stream";

    /** Of each kind. More in one file is not read by anybody who has to say yes to it; and {@link Limits#STATEMENT_BYTES} bounds all of it. */
    public static final int MAX_THINGS = 1024;

    /** Of one repository: 60 bytes each in the statement and up to a thousand characters. */
    public static final int MAX_REFS = 4096;

    /** 128 characters: folders of repositories are called by it. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+~-]{0,127}");

    /** Branches and tags alone, without what Git forbids in names and what could lead a path elsewhere. */
    private static final Pattern REF = Pattern.compile("refs/(?:heads|tags)/[^\\x00-\\x20\\x7f~^:?*\\[\\\\]{1,1000}");

    private static final Pattern GIT_ID = Pattern.compile("[0-9a-f]{40}");

    /**
     * A branch or a tag.
     *
     * @param name {@code refs/heads/main}
     * @param id   of the commit, or of an annotated tag: 40 hexadecimal digits
     */
    public record Ref(String name, String id) {
        public Ref {
            Check.matches("ref", name, REF, "refs/heads/… or refs/tags/…");
            Check.that(!name.contains("..") && !name.contains("//") && !name.endsWith("/"), "ref", name, "a name");
            Check.matches("ref " + name, id, GIT_ID, "40 hexadecimal digits");
        }

        Json toJson() {
            return Json.object().put("name", name).put("id", id).build();
        }
    }

    /**
     * A repository.
     *
     * @param name   by which its target is given: its folder's name, without {@code .git}
     * @param bundle digest of a Git bundle with these refs
     * @param head   the branch that a new repository's HEAD names
     * @param refs   sorted by name
     */
    public record Repository(String name, Digest bundle, Optional<String> head, List<Ref> refs) {
        public Repository {
            Check.matches("repository", name, NAME, "a name of letters, digits and . _ + ~ -");
            requireNonNull(bundle, "bundle");
            refs = List.copyOf(refs);
            Check.range("refs of " + name, refs.size(), 1, MAX_REFS);
            List<String> names = refs.stream().map(Ref::name).toList();
            Check.distinct("refs of " + name, names);
            Check.that(head.isEmpty() || names.contains(head.get()), "head of " + name, head, "one of its refs");
        }

        Json toJson() {
            return Json.object()
                    .put("name", name)
                    .put("bundle", bundle.toString())
                    .putIf("head", head)
                    .put("refs", new Json.Arr(refs.stream().map(Ref::toJson).toList()))
                    .build();
        }
    }

    /**
     * A container image, or whatever else a registry keeps under a manifest.
     *
     * @param name     as its registry calls it: {@code registry.example.org/team/web:1.2}, by tag or by digest
     * @param manifest digest of its manifest, or of its index
     */
    public record Image(String name, Digest manifest) {
        public Image {
            Check.filled("image", name, Limits.LOCATION_CHARS);
            requireNonNull(manifest, "manifest");
        }

        Json toJson() {
            return Json.object()
                    .put("name", name)
                    .put("manifest", manifest.toString())
                    .build();
        }
    }

    /**
     * A file as it was.
     *
     * @param name without a folder
     */
    public record NamedFile(String name, Digest content) {
        public NamedFile {
            Check.matches("file", name, NAME, "a name of letters, digits and . _ + ~ -");
            requireNonNull(content, "content");
        }

        Json toJson() {
            return Json.object()
                    .put("name", name)
                    .put("content", content.toString())
                    .build();
        }
    }

    /**
     * One blob of the file.
     *
     * @param mediaType  what it is: {@link #GIT_BUNDLE}, {@link #FILE}, or what an image's registry says
     * @param sizeBytes  0 to {@link Limits#IMAGE_BLOB_BYTES}
     */
    public record Content(String mediaType, Digest digest, long sizeBytes) {
        public Content {
            Check.filled("mediaType", mediaType, 128);
            requireNonNull(digest, "digest");
            Check.range("size of " + digest, sizeBytes, 0, Limits.IMAGE_BLOB_BYTES);
        }

        Json toJson() {
            return Json.object()
                    .put("mediaType", mediaType)
                    .put("digest", digest.toString())
                    .put("size", sizeBytes)
                    .build();
        }
    }

    /** @throws IllegalArgumentException naming the field */
    public TransferList {
        repositories = distinct(
                "repositories",
                repositories,
                repositories.stream().map(Repository::name).toList());
        images = distinct("images", images, images.stream().map(Image::name).toList());
        files = distinct("files", files, files.stream().map(NamedFile::name).toList());
        contents = List.copyOf(contents);
        Check.distinct("contents", contents.stream().map(Content::digest).toList());
        Check.that(
                !repositories.isEmpty() || !images.isEmpty() || !files.isEmpty(),
                "transfer",
                "nothing in it",
                "a repository, an image or a file");
        if (since.isEmpty()) {
            requireAll(named(repositories, images, files), contents);
        }
    }

    private static <T> List<T> distinct(String field, List<T> things, List<String> names) {
        Check.count(field, things, MAX_THINGS);
        Check.distinct(field, names);
        return List.copyOf(things);
    }

    private static List<Digest> named(List<Repository> repositories, List<Image> images, List<NamedFile> files) {
        return Stream.of(
                        repositories.stream().map(Repository::bundle),
                        images.stream().map(Image::manifest),
                        files.stream().map(NamedFile::content))
                .flatMap(digests -> digests)
                .toList();
    }

    private static void requireAll(List<Digest> named, List<Content> contents) {
        Set<Digest> there = new HashSet<>();
        contents.forEach(content -> there.add(content.digest()));
        for (Digest digest : named) {
            Check.that(there.contains(digest), "contents", "without " + digest, "every blob that is named");
        }
    }

    /** The canonical bytes to be signed. */
    public byte[] toStatement() {
        return Statement.bytes(
                Statement.TRANSFER,
                subjects(),
                Json.object()
                        .put("repositories", array(repositories.stream().map(Repository::toJson)))
                        .put("images", array(images.stream().map(Image::toJson)))
                        .put("files", array(files.stream().map(NamedFile::toJson)))
                        .put("contents", array(contents.stream().map(Content::toJson)))
                        .putIf("since", since.map(Digest::toString))
                        .build());
    }

    private static Json.Arr array(Stream<Json> items) {
        return new Json.Arr(items.toList());
    }

    private List<Statement.Subject> subjects() {
        List<Statement.Subject> subjects = new ArrayList<>();
        repositories.forEach(repository ->
                subjects.add(new Statement.Subject("repository/" + repository.name(), repository.bundle())));
        images.forEach(image -> subjects.add(new Statement.Subject("image/" + image.name(), image.manifest())));
        files.forEach(file -> subjects.add(new Statement.Subject("file/" + file.name(), file.content())));
        return subjects;
    }

    /** @throws RuntimeException {@link JsonException} or {@link IllegalArgumentException}, naming the field */
    public static TransferList parse(Json.Obj statement) {
        Json.Obj transfer = Statement.predicate(statement, Statement.TRANSFER);
        TransferList parsed = new TransferList(
                transfer.objects("repositories").stream()
                        .map(TransferList::repository)
                        .toList(),
                transfer.objects("images").stream()
                        .map(image -> new Image(image.string("name"), Codec.digest(image, "manifest")))
                        .toList(),
                transfer.objects("files").stream()
                        .map(file -> new NamedFile(file.string("name"), Codec.digest(file, "content")))
                        .toList(),
                transfer.objects("contents").stream()
                        .map(content -> new Content(
                                content.string("mediaType"), Codec.digest(content, "digest"), content.integer("size")))
                        .toList(),
                Codec.findDigest(transfer, "since"));
        Statement.checkSubjects(statement, parsed.subjects());
        return parsed;
    }

    private static Repository repository(Json.Obj json) {
        return new Repository(
                json.string("name"),
                Codec.digest(json, "bundle"),
                json.findString("head"),
                json.objects("refs").stream()
                        .map(ref -> new Ref(ref.string("name"), ref.string("id")))
                        .toList());
    }
}
