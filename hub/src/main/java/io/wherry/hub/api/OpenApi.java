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
                        object("title", "Wherry hub", "version", Version.CURRENT)
                                .build())
                .put(
                        "security",
                        new Json.Arr(
                                List.of(Json.object().put("apiKey", List.of()).build())))
                .put("paths", allPaths.build())
                .put("components", OpenApiParts.components())
                .build();
    }

    private static Json.Obj operation(Route route) {
        List<Json> parameters = new ArrayList<>();
        Matcher matcher = PARAMETER.matcher(route.path());
        while (matcher.find()) {
            parameters.add(parameter(Field.text(matcher.group(1)).must(), "path"));
        }
        route.shape().query().forEach(field -> parameters.add(parameter(field, "query")));
        if (route.shape().conditions()) {
            parameters.add(parameter(Field.text("If-Match"), "header"));
            parameters.add(parameter(Field.text("If-None-Match"), "header"));
        } else if (route.method().equals("GET") && route.shape().gives() != Route.Gives.LINES) {
            parameters.add(parameter(Field.text("If-None-Match"), "header"));
        }
        Json.Builder operation = Json.object()
                .put("operationId", id(route))
                .put("summary", route.summary())
                .put("x-wherry-roles", roles(route));
        if (!parameters.isEmpty()) {
            operation.put("parameters", new Json.Arr(parameters));
        }
        if (!route.shape().body().isEmpty()) {
            operation.put("requestBody", OpenApiParts.body(route.shape().body()));
        }
        return operation.put("responses", OpenApiParts.responses(route)).build();
    }

    /** {@code POST /stacks/{name}/sync} is {@code postStacksNameSync}: unique, since the routes are. */
    private static String id(Route route) {
        StringBuilder id = new StringBuilder(route.method().toLowerCase(Locale.ROOT));
        for (String word : route.path().split("[/{}]+")) {
            if (!word.isEmpty()) {
                id.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
            }
        }
        return id.toString();
    }

    private static Json.Obj parameter(Field field, String in) {
        Json.Builder parameter = object("name", field.name(), "in", in);
        if (field.required()) {
            parameter.put("required", true);
        }
        return parameter.put("schema", OpenApiParts.schema(field)).build();
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

    private static Json.Builder object(String key, String value, String other, String otherValue) {
        return Json.object().put(key, value).put(other, otherValue);
    }
}
