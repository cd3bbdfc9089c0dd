"""Finding an article by words."""

from onboarding.search import article_that_fits, search


def test_the_article_about_it_comes_first() -> None:
    assert search("apostille")[0].article.intent == "document_translation"
    assert search("customs duty in bonded warehouses")[0].article.intent == "logistics_customs"


def test_words_in_other_forms_are_found() -> None:
    assert search("translating")[0].article.intent == search("translation")[0].article.intent


def test_words_that_stand_nowhere_find_nothing() -> None:
    assert search("xylophone") == []
    assert search("") == []


def test_an_article_fits_that_has_most_of_the_words() -> None:
    fitting = article_that_fits("samples for the host script")
    assert fitting is not None
    assert fitting.intent == "livestream_prepare"


def test_no_article_fits_by_a_single_word_in_common() -> None:
    assert article_that_fits("parcel lost by the mail company") is None
