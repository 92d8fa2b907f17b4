/**
 * What people think of new content before it begins. {@code sync} asks for it ({@code Ask}) where a policy wants it, and takes what was said ({@code Vote}) from
 * {@code ApprovalRepository}. Not the signatures of approvers, which a site checks itself: those are in {@code release}.
 */
@NullMarked
package io.wherry.hub.approval;

import org.jspecify.annotations.NullMarked;
