package io.wherry.hub.web;

import gg.jte.html.HtmlTemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;

/** A part of a page, to be written. Every value in it is escaped for the place where it stands. */
@FunctionalInterface
interface Html {
    void write(HtmlTemplateOutput out);

    default String text() {
        StringOutput text = new StringOutput();
        write(new OwaspHtmlTemplateOutput(text));
        return text.toString();
    }
}
