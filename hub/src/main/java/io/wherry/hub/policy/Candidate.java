package io.wherry.hub.policy;

import io.wherry.contract.json.Json;
import java.util.List;

/**
 * What a target would get.
 *
 * @param format as written in the stack
 * @param images of its containers, as far as kinds are known whose containers can be found
 * @param model  a Compose model, or the objects of a Kubernetes stack
 */
public record Candidate(Provenance from, String format, List<String> images, Json.Obj model) {
    public Candidate {
        images = List.copyOf(images);
    }
}
