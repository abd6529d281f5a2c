/// What the keys of AutoModerator's documentation are for.
enum AutoModeratorField {
    /// Texts of a post that we judge too.
    static let texts: Set<String> = ["title", "body"]
    /// Links of a post.
    static let links: Set<String> = ["domain", "url"]

    /// Search checks on what our posts do not hold, and why.
    static let foreign: [String: String] = [
        "id": "posts are told apart by their publisher, not by rules",
        "flair_text": "posts have no flair", "flair_css_class": "posts have no flair",
        "flair_template_id": "posts have no flair", "poll_option_text": "posts have no poll",
        "crosspost_id": "posts are no crossposts", "crosspost_title": "posts are no crossposts",
        "media_author": "what a link leads to is not read", "media_author_url": "what a link leads to is not read",
        "media_title": "what a link leads to is not read", "media_description": "what a link leads to is not read",
        "name": "rules do not name accounts",
    ]

    /// Checks that search nothing, and why they are refused.
    static let other: [String: String] = [
        "reports": "posts are judged when they are written, before anybody reports them",
        "body_longer_than": "rules do not ask for a text's length",
        "body_shorter_than": "rules do not ask for a text's length",
        "is_edited": "a post that was edited is judged as a new one",
        "is_original_content": "posts are not flagged as original", "is_poll": "posts have no poll",
        "is_gallery": "posts are no galleries", "poll_option_count": "posts have no poll",
        "discussion_type": "posts have no kind of discussion", "is_meta_discussion": "posts have no kind of discussion",
        "past_archive_date": "posts are judged when they are written",
        "is_top_level": "posts are judged without the posts around them",
        "standard": "Reddit keeps this list of sites, the file does not hold it; name the `domains`",
        "type": "rules see no types of posts; judge only those that the check is meant for",
        "moderators_exempt": "rules do not know moderators; leave their posts out before",
    ]

    /// Checks on an author that our posts do not answer, and why.
    static let author: [String: String] = [
        "comment_karma": "authors have no karma", "post_karma": "authors have no karma",
        "combined_karma": "authors have no karma", "comment_subreddit_karma": "authors have no karma",
        "post_subreddit_karma": "authors have no karma", "combined_subreddit_karma": "authors have no karma",
        "link_karma": "authors have no karma", "link_subreddit_karma": "authors have no karma",
        "contributor_quality":
            "authors have no quality score; a number from upstream can be a signal: `signals.<name>`",
        "has_verified_email": "it is not known here whether an address was verified",
        "is_gold": "authors have no gold", "is_submitter": "posts are judged without the posts around them",
        "is_contributor": "rules do not know contributors; leave their posts out before",
        "is_moderator": "rules do not know moderators; leave their posts out before",
        "name": "rules do not name accounts", "id": "rules do not name accounts",
        "flair_text": "authors have no flair", "flair_css_class": "authors have no flair",
        "flair_template_id": "authors have no flair",
    ]

    /// Groups of checks on other things than the post and its author.
    static let groups: [String: String] = [
        "parent_submission": "posts are judged without the posts around them",
        "crosspost_author": "posts are no crossposts", "crosspost_subreddit": "posts are no crossposts",
        "subreddit": "posts have no community",
    ]

    /// Whoever fails these is trusted or elsewhere; without them a rule asks little more of a post.
    static let exempting: Set<String> = [
        "type", "moderators_exempt", "is_moderator", "is_contributor", "is_submitter", "discussion_type",
    ]

    /// What is done, and how.
    static let actions: Set<String> = [
        "action", "action_reason", "report_reason", "comment", "comment_locked", "comment_stickied", "modmail",
        "modmail_subject", "message", "message_subject", "set_flair", "overwrite_flair", "set_sticky", "set_nsfw",
        "set_spoiler", "set_contest_mode", "set_original_content", "set_suggested_sort", "set_locked",
        "set_post_crowd_control_level", "priority", "ignore_blockquotes", "satisfy_any_threshold",
    ]

    /// Whether AutoModerator knows a key of that name at the top of a rule.
    static func isKnown(_ name: String) -> Bool {
        texts.contains(name) || links.contains(name) || foreign[name] != nil || other[name] != nil
            || groups[name] != nil || actions.contains(name) || name == "author"
    }
}
