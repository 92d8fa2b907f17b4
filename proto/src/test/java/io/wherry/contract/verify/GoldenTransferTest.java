package io.wherry.contract.verify;

import static io.wherry.contract.verify.Documents.*;
import static io.wherry.contract.verify.VerifyReason.*;

import io.wherry.contract.TransferList;
import io.wherry.contract.TransferList.Content;
import io.wherry.contract.TransferList.Image;
import io.wherry.contract.TransferList.NamedFile;
import io.wherry.contract.TransferList.Ref;
import io.wherry.contract.TransferList.Repository;
import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Lists of transfer files. */
class GoldenTransferTest {
    private static final TransferList LIST = new TransferList(
            List.of(new Repository(
                    "shop",
                    digest("bundle"),
                    Optional.of("refs/heads/main"),
                    List.of(
                            new Ref("refs/heads/main", "4b825dc642cb6eb9a060e54bf8d69288fbee4904"),
                            new Ref("refs/tags/v1.4", "8d69288fbee49044b825dc642cb6eb9a060e54bf")))),
            List.of(new Image("registry.example.org/team/web:1.4", digest("manifest"))),
            List.of(new NamedFile("shop-1.4.0.tgz", digest("chart"))),
            List.of(
                    new Content(TransferList.GIT_BUNDLE, digest("bundle"), 48_213),
                    new Content("application/vnd.oci.image.manifest.v1+json", digest("manifest"), 402),
                    new Content("application/vnd.oci.image.config.v1+json", digest("config"), 1_205),
                    new Content(TransferList.FILE, digest("chart"), 3_144)),
            Optional.empty());

    @TestFactory
    Stream<DynamicTest> lists() {
        byte[] good = LIST.toStatement();
        return new Golden("transfer")
                .good("good", list(good))
                .good("good-since", list(since().toStatement()))
                .bad("envelope-payload-type", ENVELOPE_INVALID, Flaw.at(list(good), "payloadType", "text/plain"))
                .bad("signature-by-another", SIGNATURE_INVALID, sign(good, STRANGER))
                .bad("predicate-type-of-a-checkpoint", PREDICATE_TYPE_WRONG, list(CHECKPOINT.toStatement()))
                .bad("subject-of-another-image", STATEMENT_INVALID, flaw("subject.1.name", "image/other:1"))
                .bad("contents-without-a-bundle", STATEMENT_INVALID, flaw("predicate.contents.0.digest", hex("other")))
                .bad("contents-twice", STATEMENT_INVALID, flaw("predicate.contents.1.digest", hex("bundle")))
                .bad("size-negative", STATEMENT_INVALID, list(Flaw.at(good, "predicate.contents.0.size", -1)))
                .bad(
                        "size-above-the-limit",
                        STATEMENT_INVALID,
                        list(Flaw.at(good, "predicate.contents.0.size", 8L << 30)))
                .bad("file-name-climbs", STATEMENT_INVALID, flaw("predicate.files.0.name", "../shop.tgz"))
                .bad("repository-name-hidden", STATEMENT_INVALID, flaw("predicate.repositories.0.name", ".ssh"))
                .bad("ref-outside-of-branches-and-tags", STATEMENT_INVALID, ref("refs/wherry/deployed/1"))
                .bad("ref-climbs", STATEMENT_INVALID, ref("refs/heads/../../config"))
                .bad("ref-with-a-blank", STATEMENT_INVALID, ref("refs/heads/a b"))
                .bad("ref-id-short", STATEMENT_INVALID, flaw("predicate.repositories.0.refs.0.id", "4b825dc6"))
                .bad("head-that-is-not-there", STATEMENT_INVALID, flaw("predicate.repositories.0.head", "refs/heads/x"))
                .bad(
                        "no-refs",
                        STATEMENT_INVALID,
                        list(Flaw.at(good, "predicate.repositories.0.refs", new Json.Arr(List.of()))))
                .tests(bytes -> switch (TransferVerifier.verify(bytes, RELEASE.publicKey())) {
                    case TransferVerdict.Verified(TransferList list) ->
                        list.equals(LIST) || list.equals(since()) ? Golden.GOOD : "another";
                    case TransferVerdict.Refused refused -> refused.reason().code();
                });
    }

    /** Brings what is new alone: the bundle was in the file before. */
    private static TransferList since() {
        return new TransferList(
                LIST.repositories(),
                LIST.images(),
                LIST.files(),
                LIST.contents().subList(1, 4),
                Optional.of(digest("sunday")));
    }

    private static byte[] list(byte[] statement) {
        return sign(statement, RELEASE);
    }

    private static byte[] flaw(String path, String value) {
        return list(Flaw.at(LIST.toStatement(), path, value));
    }

    private static byte[] ref(String name) {
        return flaw("predicate.repositories.0.refs.0.name", name);
    }

    private static String hex(String content) {
        return digest(content).toString();
    }
}
