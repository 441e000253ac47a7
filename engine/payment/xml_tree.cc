#include "engine/payment/xml_tree.h"

#include <cstring>
#include <pugixml.hpp>

#include "engine/base/text.h"

namespace zhida::payment {
namespace {

std::string_view LocalName(std::string_view name) {
  const size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool IsBlank(std::string_view text) { return TrimAscii(text).empty(); }

pugi::xml_node Of(void* node) { return pugi::xml_node(static_cast<pugi::xml_node_struct*>(node)); }

}  // namespace

struct XmlTree::Document {
  pugi::xml_document xml;
};

std::string_view XmlElement::name() const { return LocalName(Of(node_).name()); }

std::string_view XmlElement::text() const { return TrimAscii(Of(node_).child_value()); }

XmlElement XmlElement::Child(std::string_view name) const {
  for (pugi::xml_node child = Of(node_).first_child(); child; child = child.next_sibling()) {
    if (child.type() == pugi::node_element && LocalName(child.name()) == name) {
      return XmlElement(child.internal_object());
    }
  }
  return XmlElement();
}

XmlElement XmlElement::NextOfName() const {
  const std::string_view wanted = name();
  for (pugi::xml_node next = Of(node_).next_sibling(); next; next = next.next_sibling()) {
    if (next.type() == pugi::node_element && LocalName(next.name()) == wanted) {
      return XmlElement(next.internal_object());
    }
  }
  return XmlElement();
}

XmlElement XmlElement::At(std::string_view path) const {
  XmlElement at = *this;
  while (at && !path.empty()) {
    const size_t slash = path.find('/');
    at = at.Child(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return at;
}

std::string_view XmlElement::Attribute(std::string_view name) const {
  for (const pugi::xml_attribute& attribute : Of(node_).attributes()) {
    if (attribute.name() == name) return attribute.value();
  }
  return "";
}

size_t XmlElement::offset() const { return static_cast<size_t>(Of(node_).offset_debug()); }

XmlTree::XmlTree(std::string_view bytes, std::string file)
    : bytes_(bytes), file_(std::move(file)), document_(std::make_unique<Document>()) {}

XmlTree::~XmlTree() = default;

XmlElement XmlTree::root() const { return XmlElement(document_->xml.document_element().internal_object()); }

std::string_view XmlTree::root_namespace() const {
  const pugi::xml_node node = document_->xml.document_element();
  const std::string_view name = node.name();
  const size_t colon = name.find(':');
  const std::string wanted =
      colon == std::string_view::npos ? "xmlns" : "xmlns:" + std::string(name.substr(0, colon));
  return node.attribute(wanted.c_str()).value();
}

Location XmlTree::Where(const XmlElement& element) const {
  const LineColumn place = LineColumnAt(bytes_, element.offset());
  return {file_, place.line, place.column};
}

bool XmlTree::Refuse(size_t offset, std::string what, std::string mend, Diagnostics& diagnostics) const {
  const LineColumn place = LineColumnAt(bytes_, std::min(offset, bytes_.size()));
  diagnostics.Error("ZD8202", {file_, place.line, place.column}, std::move(what), std::move(mend));
  return false;
}

std::unique_ptr<const XmlTree> XmlTree::Parse(std::string_view bytes, std::string file,
                                              Diagnostics& diagnostics) {
  const std::string asked = "ask the bank for the file as it was sent";
  if (bytes.size() > kXmlBytesMax) {
    diagnostics.Error("ZD8201", {file, 0, 0},
                      "the file has " + std::to_string(bytes.size()) + " bytes; at most " +
                          std::to_string(kXmlBytesMax) + " are read",
                      "ask the bank for several smaller files");
    return nullptr;
  }
  std::unique_ptr<XmlTree> tree(new XmlTree(bytes, std::move(file)));
  size_t bad = 0;
  if (!IsValidUtf8(bytes, &bad)) {
    tree->Refuse(bad, "the file is not UTF-8", asked, diagnostics);
    return nullptr;
  }
  // pugixml reads text of any kind up to a NUL and would take the rest for nothing.
  if (const size_t nul = bytes.find('\0'); nul != std::string_view::npos) {
    tree->Refuse(nul, "the file holds a NUL byte", asked, diagnostics);
    return nullptr;
  }
  const unsigned options = pugi::parse_default | pugi::parse_doctype | pugi::parse_declaration;
  const pugi::xml_parse_result result =
      tree->document_->xml.load_buffer(bytes.data(), bytes.size(), options, pugi::encoding_utf8);
  if (!result) {
    std::string what = result.description();
    what.front() = static_cast<char>(what.front() | 0x20);
    tree->Refuse(static_cast<size_t>(result.offset), "no XML: " + what, asked, diagnostics);
    return nullptr;
  }
  return tree->CheckNodes(diagnostics) ? std::move(tree) : nullptr;
}

// Every node in document order, without recursion.
bool XmlTree::CheckNodes(Diagnostics& diagnostics) const {
  const std::string asked = "ask the bank for the file as it was sent";
  const pugi::xml_document& document = document_->xml;
  const auto at = [](const pugi::xml_node& node) { return static_cast<size_t>(node.offset_debug()); };
  int roots = 0;
  for (const pugi::xml_node& node : document.children()) {
    if (node.type() == pugi::node_doctype) {
      return Refuse(bytes_.find("<!DOCTYPE"), "the file has a document type", asked, diagnostics);
    }
    if (node.type() == pugi::node_pcdata) return Refuse(0, "text outside of the root", asked, diagnostics);
    if (node.type() != pugi::node_element) continue;
    if (++roots > 1) return Refuse(at(node), "a second root element", asked, diagnostics);
  }
  if (roots == 0) return Refuse(0, "the file has no element", asked, diagnostics);
  if (const std::string_view encoding = document.first_child().attribute("encoding").value();
      document.first_child().type() == pugi::node_declaration && !encoding.empty()) {
    constexpr std::string_view kUtf8 = "utf-8";
    const bool is_utf8 = encoding.size() == kUtf8.size() &&
                         std::equal(encoding.begin(), encoding.end(), kUtf8.begin(),
                                    [](char a, char b) { return (a | 0x20) == b || a == b; });
    if (!is_utf8) {
      return Refuse(0, "the file says that it is encoded as " + JsonQuote(encoding), "save it as UTF-8",
                    diagnostics);
    }
  }

  int depth = 1;
  pugi::xml_node node = document.document_element();
  for (;;) {
    if (node.type() == pugi::node_element) {
      if (depth > kXmlDepthMax) {
        return Refuse(at(node), "elements nest deeper than " + std::to_string(kXmlDepthMax), asked,
                      diagnostics);
      }
      for (pugi::xml_attribute one = node.first_attribute(); one; one = one.next_attribute()) {
        for (pugi::xml_attribute other = one.next_attribute(); other; other = other.next_attribute()) {
          if (std::strcmp(one.name(), other.name()) == 0) {
            return Refuse(at(node), "the attribute " + JsonQuote(one.name()) + " is there twice", asked,
                          diagnostics);
          }
        }
      }
    } else if (node.next_sibling() || node.previous_sibling()) {
      if (!IsBlank(node.value())) return Refuse(at(node), "text between elements", asked, diagnostics);
    }
    if (pugi::xml_node child = node.first_child()) {
      node = child;
      ++depth;
      continue;
    }
    while (node != document.document_element() && !node.next_sibling()) {
      node = node.parent();
      --depth;
    }
    if (node == document.document_element()) return true;
    node = node.next_sibling();
  }
}

}  // namespace zhida::payment
