package io.wherry.hub.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.hub.TestHub;
import io.wherry.hub.access.Permissions;
import io.wherry.hub.access.Role;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requirement S19: default deny. Every route of a running hub with every role and with everything that is no good key. The routes are those of
 * {@code openapi.json}, which is made from the table of routes: a new one is tried here without being named, and fails if nobody may call it.
 */
class S19DefaultDenyTest {
    private static final String V1 = "/api/v1";
    private static final Pattern PARAMETER = Pattern.compile("\\{\\w+}");
    private static final Pattern ROW = Pattern.compile("\\| (GET|POST|DELETE) \\| `(/[^`]*)` \\| ([a-z, ]+) \\|.*");

    private static final List<String> METHODS =
            List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND");

    /** Paths beside the routes (the pages have a test of their own): look-alikes, ways around, and what belongs to the other listener. */
    private static final List<String> UNKNOWN = List.of(
            "/api",
            "/api/v1",
            V1 + "/",
            V1 + "//apikeys",
            V1 + "/apikeys/",
            V1 + "/API-KEYS",
            V1 + "/stacks/x/y/z",
            V1 + "/stacks//plan",
            V1 + "/stacks/..%2Fapikeys",
            V1 + "/stacks/x%2Fplan",
            V1 + "/version;x=y",
            V1 + "/stacks/%2e%2e/nothing",
            V1 + "/agents/x/approve",
            "/api/v2/stacks",
            "/API/V1/stacks",
            "/metrics",
            "/livez",
            "/readyz",
            "/openapi.yaml",
            "/.git/config");

    /** Bodies with which these verbs would do something. */
    private static final Map<String, String> BODIES = Map.of(
            "/apply",
            "{\"files\":[]}",
            "/apikeys",
            "{\"name\":\"new\",\"role\":\"admin\"}",
            "/credentials",
            "{\"name\":\"new\",\"type\":\"token\",\"host\":\"h\",\"value\":\"v\"}",
            "/rotate",
            "{\"value\":\"other\"}");

    /** What shows the time, or the refusals themselves. */
    private static final Set<String> VARYING =
            Set.of(V1 + "/version", V1 + "/audit", V1 + "/audit/export", V1 + "/events", V1 + "/status");

    @TempDir
    static Path folder;

    private static TestHub hub;
    private static List<Operation> operations;
    private static final Map<Role, String> KEYS = new LinkedHashMap<>();

    /** Everything that a stranger may show, by what it is. */
    private static final Map<String, TestHub.Caller> STRANGERS = new LinkedHashMap<>();

    /** A route, as {@code openapi.json} names it. */
    private record Operation(String method, String path, Set<String> roles) {
        /** With names that are not there: what is permitted then does no harm. */
        String concrete() {
            return PARAMETER.matcher(path).replaceAll("not-there");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    @BeforeAll
    static void start() {
        hub = TestHub.start(folder);
        operations = operations(hub.nobody().object("/openapi.json"));
        String expired = hub.key("short", Role.ADMIN, "1m");
        String revoked = hub.key("revoked", Role.ADMIN, "1d");
        hub.advance(Duration.ofMinutes(2));
        assertThat(hub.admin().call("DELETE", V1 + "/apikeys/revoked", "").statusCode())
                .isEqualTo(200);
        for (Role role : Role.values()) {
            KEYS.put(role, hub.key("key-of-" + role.word(), role, "1d"));
        }
        String good = key(Role.ADMIN);
        String other = key(Role.VIEWER);
        STRANGERS.put("no key", hub.nobody());
        STRANGERS.put("an expired key", hub.as(expired));
        STRANGERS.put("a revoked key", hub.as(revoked));
        STRANGERS.put("an unknown key", hub.as("wak_0000000000" + good.substring(14)));
        STRANGERS.put("the secret of another key", hub.as(good.substring(0, 15) + other.substring(15)));
        STRANGERS.put("half a key", hub.as(good.substring(0, good.length() - 1)));
        STRANGERS.put("a key in capitals", hub.as(good.toUpperCase(Locale.ROOT)));
        STRANGERS.put("an empty key", hub.as(""));
        STRANGERS.put("a good key as a password", hub.showing("Basic " + good));
        STRANGERS.put("a good key without its scheme", hub.showing(good));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    private static List<Operation> operations(Json.Obj document) {
        List<Operation> all = new ArrayList<>();
        document.object("paths").fields().forEach((path, methods) -> ((Json.Obj) methods)
                .fields()
                .forEach((method, operation) -> all.add(new Operation(
                        method.toUpperCase(Locale.ROOT),
                        path,
                        new TreeSet<>(((Json.Obj) operation).strings("x-wherry-roles"))))));
        return all;
    }

    @Test
    void everyRouteStandsInTheTableOfPermissionsAndTheTableHasNoOther() {
        assertThat(operations).hasSizeGreaterThan(40);
        assertThat(operations).allSatisfy(operation -> assertThat(operation.roles())
                .as("%s: who may call it (CONTRIBUTING.md, A route)", operation)
                .isNotEmpty());
        assertThat(operations.stream().map(Operation::toString))
                .containsExactlyInAnyOrderElementsOf(Permissions.all().stream()
                        .map(permission -> permission.verb() + " " + permission.route())
                        .toList());
    }

    @Test
    void theReferencePageGrantsTheSame() throws IOException {
        List<Operation> documented = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("../docs/reference/rest.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                Set<String> roles = row.group(3).equals("all")
                        ? new TreeSet<>(Role.words())
                        : Stream.of(row.group(3).split(", ")).collect(Collectors.toCollection(TreeSet::new));
                documented.add(new Operation(row.group(1), V1 + row.group(2), roles));
            }
        }
        assertThat(documented).containsExactlyInAnyOrderElementsOf(operations);
    }

    @Test
    void whoHasNoGoodKeyIsRefusedEverywhereAndLearnsNothing() {
        STRANGERS.forEach((what, stranger) -> {
            List<String> paths = new ArrayList<>();
            operations.forEach(operation -> paths.add(operation.method() + " " + operation.concrete()));
            paths.addAll(List.of("GET " + V1 + "/no-such-route", "PUT " + V1 + "/stacks/web", "GET " + V1 + "/"));
            for (String path : paths) {
                HttpResponse<String> answer = call(stranger, path, "{}");
                assertThat(answer.statusCode()).as("%s with %s", path, what).isEqualTo(401);
                assertThat(answer.body())
                        .as("%s with %s", path, what)
                        .contains("\"code\":\"")
                        .doesNotContain("no such");
            }
        });
    }

    @Test
    void everyRouteWithEveryRoleDoesWhatTheTableSays() {
        KEYS.forEach((role, key) -> {
            for (Operation operation : operations) {
                HttpResponse<String> answer = call(hub.as(key), operation.method() + " " + operation.concrete(), "{}");
                if (operation.roles().contains(role.word())) {
                    assertThat(answer.statusCode())
                            .as("%s as %s: %s", operation, role, answer.body())
                            .isNotIn(401, 403, 405)
                            .isLessThan(500);
                } else {
                    assertThat(answer.statusCode())
                            .as("%s as %s: %s", operation, role, answer.body())
                            .isEqualTo(403);
                    assertThat(answer.body()).contains("\"code\":\"RoleDenied\"");
                }
            }
        });
    }

    @Test
    void theAuditLogSaysWhatSomebodyTriedToTouch() {
        call(hub.as(key(Role.VIEWER)), "POST " + V1 + "/sources/shop/sync", "{}");
        assertThat(call(hub.as(key(Role.ADMIN)), "GET " + V1 + "/audit?stream=policy&limit=500", "")
                        .body())
                .contains("\"Route/sources/shop/sync\"");
    }

    @Test
    void whatIsNoRouteIsNotServedToAnybody() {
        List<String> nowhere = new ArrayList<>();
        for (String path :
                operations.stream().map(Operation::concrete).distinct().toList()) {
            Set<String> served = operations.stream()
                    .filter(operation -> operation.concrete().equals(path))
                    .map(Operation::method)
                    .collect(Collectors.toSet());
            METHODS.stream()
                    .filter(method -> !served.contains(method))
                    .forEach(method -> nowhere.add(method + " " + path));
        }
        UNKNOWN.forEach(path -> nowhere.add("GET " + path));
        List<TestHub.Caller> callers = List.of(hub.nobody(), hub.as(key(Role.VIEWER)), hub.as(key(Role.ADMIN)));
        for (String what : nowhere) {
            for (TestHub.Caller caller : callers) {
                assertThat(call(caller, what, "").statusCode()).as(what).isBetween(400, 499);
            }
        }
    }

    @Test
    void whatIsRefusedChangesNothing() {
        hub.admin().apply("""
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: there}
                spec: {type: git, url: %s}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: Group
                metadata: {name: there}
                spec: {members: [till]}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: there}
                spec: {sourceRef: there, path: web, format: compose, targets: [{group: there}]}
                """.formatted(folder.resolve("origin.git")));
        hub.admin()
                .post(
                        V1 + "/credentials",
                        Json.object()
                                .put("name", "there")
                                .put("type", "token")
                                .put("host", "git.example.org")
                                .put("value", "s3cret")
                                .build());
        hub.key("there", Role.VIEWER, "1d");
        Map<String, String> before = everything();

        for (Operation operation : operations) {
            String path = PARAMETER.matcher(operation.path()).replaceAll("there");
            STRANGERS.values().forEach(stranger -> refused(stranger, operation.method(), path));
            KEYS.forEach((role, key) -> {
                if (!operation.roles().contains(role.word())) {
                    refused(hub.as(key), operation.method(), path);
                }
            });
        }

        assertThat(everything()).isEqualTo(before);
    }

    private static void refused(TestHub.Caller caller, String method, String path) {
        String body = method.equals("POST") ? BODIES.getOrDefault(path.substring(path.lastIndexOf('/')), "{}") : "";
        assertThat(caller.call(method, path + "?deleteVolumes=true", body).statusCode())
                .as(method + " " + path)
                .isIn(401, 403);
    }

    /** All that was declared or made. Not the status, and not when a key was used: they go on by themselves. */
    private static Map<String, String> everything() {
        Map<String, String> all = new TreeMap<>();
        for (Operation operation : operations) {
            if (operation.method().equals("GET")
                    && !operation.path().contains("{")
                    && !VARYING.contains(operation.path())) {
                Json.Obj answer = hub.admin().object(operation.path());
                all.put(
                        operation.path(),
                        answer.objects("items").stream()
                                        .map(S19DefaultDenyTest::lasting)
                                        .toList() + "");
            }
        }
        return all;
    }

    private static Map<String, Json> lasting(Json.Obj item) {
        Map<String, Json> lasting = new LinkedHashMap<>(item.fields());
        lasting.keySet().removeAll(Set.of("status", "lastUsed"));
        return lasting;
    }

    private static String key(Role role) {
        return Optional.ofNullable(KEYS.get(role)).orElseThrow();
    }

    private static HttpResponse<String> call(TestHub.Caller caller, String what, String body) {
        String[] parts = what.split(" ", 2);
        return caller.call(parts[0], parts[1], body);
    }
}
