package io.wherry.hub.render.compose;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One row of the table of Compose's attributes.
 *
 * @param path    its place: names with dots between, {@code *} for a free name, {@code []} for an item of a list
 * @param forms   what may be written, as Compose's schema allows
 * @param merging what a later file does to it
 * @param words   the texts allowed; empty: any
 * @param keep    whether an empty value (false, 0, no items) stays in the model, since it says something else than absence
 * @param note    why it is dropped or refused, or what is particular; may be empty
 */
record Attribute(
        String path, Set<Form> forms, Merging merging, Use use, List<String> words, boolean keep, String note) {
    Attribute {
        forms = Set.copyOf(forms);
        words = List.copyOf(words);
    }

    static Attribute of(String path, Use use, Form first, Form... more) {
        Set<Form> forms = EnumSet.of(first, more);
        Merging merging = forms.contains(Form.FIELDS)
                ? Merging.FIELDS
                : forms.contains(Form.LIST) ? Merging.UNION : Merging.REPLACE;
        return new Attribute(path, forms, merging, use, List.of(), false, "");
    }

    Attribute merging(Merging other) {
        return new Attribute(path, forms, other, use, words, keep, note);
    }

    Attribute words(String... allowed) {
        return new Attribute(path, forms, merging, use, List.of(allowed), keep, note);
    }

    Attribute kept() {
        return new Attribute(path, forms, merging, use, words, true, note);
    }

    Attribute note(String text) {
        return new Attribute(path, forms, merging, use, words, keep, text);
    }

    /** The one scalar form, or TEXT where it has none. */
    Form scalar() {
        return forms.stream().filter(Form::isScalar).findFirst().orElse(Form.TEXT);
    }
}
