package io.wherry.hub.api;

import io.wherry.contract.json.Json;
import java.util.List;

/** The recurring pieces of {@code openapi.json}: schemas, bodies, responses. */
final class OpenApiParts {
    private static final String REF = "$ref";

    private OpenApiParts() {}

    static Json.Obj schema(Field field) {
        return switch (field.form()) {
            case TEXT -> type("string");
            case FLAG -> type("boolean");
            case NUMBER ->
                Json.object().put("type", "integer").put("minimum", 0).build();
            case TEXTS ->
                Json.object()
                        .put("type", "object")
                        .put("additionalProperties", type("string"))
                        .build();
            case FILES ->
                Json.object()
                        .put("type", "array")
                        .put("items", reference("schemas", "File"))
                        .build();
            case NAMES ->
                Json.object().put("type", "array").put("items", type("string")).build();
            case RECEIPTS ->
                Json.object()
                        .put("type", "array")
                        .put("items", reference("schemas", "Receipt"))
                        .build();
        };
    }

    /** A body, which must be there if one of its fields must. */
    static Json.Obj body(List<Field> fields) {
        return Json.object()
                .put("required", fields.stream().anyMatch(Field::required))
                .put("content", content("application/json", record(fields)))
                .build();
    }

    private static Json.Obj record(List<Field> fields) {
        Json.Builder properties = Json.object();
        fields.forEach(field -> properties.put(field.name(), schema(field)));
        Json.Builder record = Json.object().put("type", "object").put("properties", properties.build());
        List<String> required =
                fields.stream().filter(Field::required).map(Field::name).toList();
        if (!required.isEmpty()) {
            record.put("required", required);
        }
        return record.put("additionalProperties", false).build();
    }

    static Json.Obj responses(Route route) {
        Json.Builder responses = Json.object().put("200", good(route));
        if (route.method().equals("GET") && route.shape().gives() != Route.Gives.LINES) {
            responses.put(
                    "304",
                    Json.object().put("description", "as If-None-Match says").build());
        }
        if (route.shape().conditions()) {
            responses.put("412", reference("responses", "Problem"));
        }
        return responses.put("default", reference("responses", "Problem")).build();
    }

    private static Json.Obj good(Route route) {
        Json.Builder content = Json.object();
        if (route.shape().gives() == Route.Gives.FILE) {
            content.put(
                    BundleFilesApi.CONTENT_TYPE,
                    Json.object().put("schema", type("string")).build());
            return Json.object()
                    .put("description", "done")
                    .put("content", content.build())
                    .build();
        }
        if (route.shape().gives() != Route.Gives.LINES) {
            content.put(
                    "application/json",
                    Json.object().put("schema", type("object")).build());
        }
        if (route.shape().gives() != Route.Gives.DOCUMENT) {
            content.put(
                    "application/x-ndjson",
                    Json.object().put("schema", type("string")).build());
        }
        return Json.object()
                .put("description", "done")
                .put("content", content.build())
                .build();
    }

    static Json.Obj components() {
        Json.Obj key = Json.object().put("type", "http").put("scheme", "bearer").build();
        Json.Obj problem = Json.object()
                .put("description", "RFC 9457 problem")
                .put("content", content(Problems.MEDIA_TYPE, reference("schemas", "Problem")))
                .build();
        return Json.object()
                .put("securitySchemes", Json.object().put("apiKey", key).build())
                .put("responses", Json.object().put("Problem", problem).build())
                .put(
                        "schemas",
                        Json.object()
                                .put("Problem", problemSchema())
                                .put(
                                        "Receipt",
                                        record(List.of(
                                                Field.text("agent").must(),
                                                Field.text("envelope").must())))
                                .put(
                                        "File",
                                        record(List.of(
                                                Field.text("name").must(),
                                                Field.text("content").must())))
                                .build())
                .build();
    }

    private static Json.Obj problemSchema() {
        Json.Builder properties = Json.object().put("status", type("integer"));
        List<String> texts = List.of("type", "title", "detail", "code", "hint", "requestId");
        texts.forEach(name -> properties.put(name, type("string")));
        properties.put(
                "problems",
                Json.object().put("type", "array").put("items", type("string")).build());
        return Json.object()
                .put("type", "object")
                .put("properties", properties.build())
                .put("required", List.of("status", "detail", "code", "hint", "requestId"))
                .build();
    }

    private static Json.Obj content(String mediaType, Json schema) {
        return Json.object()
                .put(mediaType, Json.object().put("schema", schema).build())
                .build();
    }

    private static Json.Obj type(String type) {
        return Json.object().put("type", type).build();
    }

    private static Json.Obj reference(String group, String name) {
        return Json.object().put(REF, "#/components/" + group + "/" + name).build();
    }
}
