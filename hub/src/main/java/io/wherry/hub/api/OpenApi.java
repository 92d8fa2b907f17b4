package io.wherry.hub.api;

import io.wherry.base.Version;
import io.wherry.contract.json.Json;
import io.wherry.hub.access.Permissions;
import io.wherry.hub.access.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The interface's description, written from the routes themselves, so that it cannot say anything else. */
final class OpenApi {
    private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)\\}");

    private OpenApi() {}

    static Json.Obj of(List<Route> routes) {
        Map<String, Json.Builder> paths = new LinkedHashMap<>();
        for (Route route : routes) {
            paths.computeIfAbsent("/api/v1" + route.path(), p -> Json.object())
                    .put(route.method().toLowerCase(Locale.ROOT), operation(route));
        }
        Json.Builder allPaths = Json.object();
        paths.forEach((path, operations) -> allPaths.put(path, operations.build()));
        return Json.object()
                .put("openapi", "3.1.0")
                .put(
                        "info",
                        Json.object()
                                .put("title", "Wherry hub")
                                .put("version", Version.CURRENT)
                                .build())
                .put(
                        "security",
                        new Json.Arr(
                                List.of(Json.object().put("apiKey", List.of()).build())))
                .put("paths", allPaths.build())
                .put("components", components())
                .build();
    }

    private static Json.Obj operation(Route route) {
        List<Json> parameters = new ArrayList<>();
        Matcher matcher = PARAMETER.matcher(route.path());
        while (matcher.find()) {
            parameters.add(Json.object()
                    .put("name", matcher.group(1))
                    .put("in", "path")
                    .put("required", true)
                    .put("schema", Json.object().put("type", "string").build())
                    .build());
        }
        Json.Builder operation = Json.object().put("summary", route.summary()).put("x-wherry-roles", roles(route));
        if (!parameters.isEmpty()) {
            operation.put("parameters", new Json.Arr(parameters));
        }
        return operation
                .put(
                        "responses",
                        Json.object()
                                .put(
                                        "200",
                                        Json.object().put("description", "done").build())
                                .put(
                                        "default",
                                        Json.object()
                                                .put("$ref", "#/components/responses/Problem")
                                                .build())
                                .build())
                .build();
    }

    private static List<String> roles(Route route) {
        return Permissions.all().stream()
                .filter(permission -> permission.verb().equals(route.method())
                        && permission.route().equals("/api/v1" + route.path()))
                .flatMap(permission -> permission.roles().stream())
                .map(Role::word)
                .sorted()
                .toList();
    }

    private static Json.Obj components() {
        Json.Obj text = Json.object().put("type", "string").build();
        Json.Obj properties = Json.object()
                .put("status", Json.object().put("type", "integer").build())
                .put("detail", text)
                .put("code", text)
                .put("hint", text)
                .put("requestId", text)
                .build();
        Json.Obj schema = Json.object()
                .put("type", "object")
                .put("properties", properties)
                .build();
        Json.Obj content = Json.object()
                .put(
                        "application/problem+json",
                        Json.object().put("schema", schema).build())
                .build();
        return Json.object()
                .put(
                        "securitySchemes",
                        Json.object()
                                .put(
                                        "apiKey",
                                        Json.object()
                                                .put("type", "http")
                                                .put("scheme", "bearer")
                                                .build())
                                .build())
                .put(
                        "responses",
                        Json.object()
                                .put(
                                        "Problem",
                                        Json.object()
                                                .put("description", "RFC 9457 problem")
                                                .put("content", content)
                                                .build())
                                .build())
                .build();
    }
}
